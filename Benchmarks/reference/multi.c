// The peer of TARGETS row 1: libcurl's multi_socket interface on epoll, in plain C, as a careful programmer writes it from
// libcurl's own examples: one multi handle, keep-alive, one easy handle a slot, reset and set up again for each fetch.
// usage: multi URL COUNT IN_FLIGHT [CA-FILE]   prints one JSON line: fetches, wall and CPU seconds. HTTPS means HTTP/2 where the
// server has it, waiting for a connection to share as libcurl's documentation advises.
#define _GNU_SOURCE
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

static CURLM *multi;
static int epoll_fd;
static const char *url, *ca_file;
static long remaining_to_start, finished, failed, bytes;
static struct timespec deadline;
static int deadline_set;

static void check(int ok, const char *what) {
    if (!ok) {
        fprintf(stderr, "multi: %s failed\n", what);
        exit(2);
    }
}

static size_t on_body(char *data, size_t size, size_t count, void *context) {
    (void)data, (void)context;
    bytes += (long)(size * count);
    return size * count;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known) {
    (void)easy, (void)context;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);  // may be closed already: nothing to do then
        curl_multi_assign(multi, fd, NULL);
        return 0;
    }
    struct epoll_event event = {.data.fd = fd};
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    check(epoll_ctl(epoll_fd, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
    if (!known) curl_multi_assign(multi, fd, multi);
    return 0;
}

static int on_timer(CURLM *handle, long milliseconds, void *context) {
    (void)handle, (void)context;
    deadline_set = milliseconds >= 0;
    if (!deadline_set) return 0;
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += milliseconds / 1000;
    deadline.tv_nsec += milliseconds % 1000 * 1000000;
    if (deadline.tv_nsec >= 1000000000) deadline.tv_sec++, deadline.tv_nsec -= 1000000000;
    return 0;
}

static int milliseconds_left(void) {
    if (!deadline_set) return -1;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long left = (deadline.tv_sec - now.tv_sec) * 1000000000LL + deadline.tv_nsec - now.tv_nsec;
    return left <= 0 ? 0 : (int)((left + 999999) / 1000000);
}

static void start(CURL *easy) {
    curl_easy_reset(easy);
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 20000L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 20000L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "multi.c");
    if (ca_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
        curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
    }
    check(curl_multi_add_handle(multi, easy) == CURLM_OK, "curl_multi_add_handle");
    remaining_to_start--;
}

static void collect(void) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL *easy = message->easy_handle;
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (message->data.result != CURLE_OK || status != 200) failed++;
        finished++;
        curl_multi_remove_handle(multi, easy);
        if (remaining_to_start > 0) start(easy);
        else curl_easy_cleanup(easy);
    }
}

static double seconds(struct timeval value) { return (double)value.tv_sec + (double)value.tv_usec / 1e6; }

int main(int argc, char **argv) {
    if (argc != 4 && argc != 5) return fprintf(stderr, "usage: multi URL COUNT IN_FLIGHT [CA-FILE]\n"), 2;
    url = argv[1];
    ca_file = argc == 5 ? argv[4] : NULL;
    long count = atol(argv[2]), in_flight = atol(argv[3]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, in_flight);

    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    remaining_to_start = count;
    for (long i = 0; i < in_flight && remaining_to_start > 0; i++) start(curl_easy_init());

    struct epoll_event events[256];
    int running = 1;
    while (finished < count) {
        int ready = epoll_wait(epoll_fd, events, 256, milliseconds_left());
        for (int i = 0; i < ready; i++) {
            int mask = 0;
            if (events[i].events & EPOLLIN) mask |= CURL_CSELECT_IN;
            if (events[i].events & EPOLLOUT) mask |= CURL_CSELECT_OUT;
            if (events[i].events & (EPOLLERR | EPOLLHUP)) mask |= CURL_CSELECT_ERR;
            curl_multi_socket_action(multi, events[i].data.fd, mask, &running);
        }
        if (milliseconds_left() == 0) {
            deadline_set = 0;
            curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        collect();
    }

    clock_gettime(CLOCK_MONOTONIC, &end);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"fetches\":%ld,\"failed\":%ld,\"bytes\":%ld,\"wall\":%.6f,\"cpu\":%.6f,\"max_rss_kb\":%ld}\n", finished, failed,
           bytes, (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
           seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
    return failed != 0;
}
