// What Swift's Glibc module lacks: epoll, eventfd and a few GNU calls.
#ifndef FETCHLOOP_CSYSTEM_H
#define FETCHLOOP_CSYSTEM_H

// No _GNU_SOURCE: it changes the layout of fd_set, which Swift's Glibc module was built with; the build then fails or
// not by the order in which modules happen to be compiled.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/epoll.h>
#include <sys/eventfd.h>

// Glibc's module has no stable spelling for these across SDKs, so they are redeclared as plain prototypes.
extern int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
extern int pipe2(int fds[2], int flags);
extern pid_t gettid(void);

// `epoll_data_t` is a union, which Swift imports clumsily: pack and unpack here.
static inline struct epoll_event csystem_epoll_event(uint32_t events, uint64_t data) {
    struct epoll_event event;
    event.events = events;
    event.data.u64 = data;
    return event;
}
static inline uint64_t csystem_epoll_data(const struct epoll_event *event) { return event->data.u64; }

static inline int csystem_socket(int family, int type, int protocol) {
    return socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}
static inline int csystem_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
static inline void csystem_wake(int fd) {
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);
    (void)written;  // EAGAIN: the counter is at its maximum, so the wake-up is pending already
}
static inline void csystem_unwake(int fd) {
    uint64_t count;
    ssize_t got = read(fd, &count, sizeof count);
    (void)got;
}
static inline int csystem_on_main_thread(void) { return getpid() == gettid(); }

// libdispatch's main queue, so that @MainActor code works in a program whose main thread runs an EventLoop.
extern int _dispatch_get_main_queue_port_4CF(void);
extern void _dispatch_main_queue_callback_4CF(void *message);
#endif

static inline int csystem_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }
extern int rename(const char *from, const char *to);
static inline int csystem_rename(const char *from, const char *to) { return rename(from, to); }

// strerror_r comes in two incompatible shapes; this is always the one that returns the text.
#include <string.h>
static inline const char *csystem_strerror(int code, char *buffer, size_t size) {
#if defined(__GLIBC__) && defined(_GNU_SOURCE)
    return strerror_r(code, buffer, size);
#else
    strerror_r(code, buffer, size);
    return buffer;
#endif
}

static inline int csystem_errno(void) { return errno; }
static inline void csystem_set_errno(int code) { errno = code; }

static inline uintptr_t csystem_thread_id(void) { return (uintptr_t)pthread_self(); }

static inline uint64_t csystem_monotonic_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// As of the last timer tick, a few milliseconds ago at most, for a fraction of the cost.
static inline uint64_t csystem_coarse_ns(void) {
#if defined(CLOCK_MONOTONIC_COARSE)
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
#else
    return csystem_monotonic_ns();
#endif
}

#endif
