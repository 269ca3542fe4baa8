// What of ncursesw Swift cannot import by itself: macros, variadics, globals. Everything here is prefixed by the
// module's name; functions Swift can import are used under their own names.
#ifndef FETCHTOP_CNCURSES_H
#define FETCHTOP_CNCURSES_H

// No _GNU_SOURCE: it changes the layout of types that Swift's Glibc module was built with. What it would declare is
// declared below.
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncursesw/curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

// Not term.h: it defines `lines`, `columns` and a hundred other words as macros.
extern char *tigetstr(const char *name);
extern int wcwidth(wchar_t c);
#if defined(__linux__)
extern int memfd_create(const char *name, unsigned int flags);
#endif

// --- globals -------------------------------------------------------------------------------------------------
static inline WINDOW *cncurses_stdscr(void) { return stdscr; }
static inline WINDOW *cncurses_curscr(void) { return curscr; }
static inline int cncurses_colors(void) { return COLORS; }
static inline int cncurses_color_pairs(void) { return COLOR_PAIRS; }

// --- attributes (macros with casts) ----------------------------------------------------------------------------
static inline attr_t cncurses_bold(void) { return A_BOLD; }
static inline attr_t cncurses_dim(void) { return A_DIM; }
static inline attr_t cncurses_underline(void) { return A_UNDERLINE; }
static inline attr_t cncurses_reverse(void) { return A_REVERSE; }

// A cell ready to paint. The pair goes in through setcchar's pointer argument: the short one is cut at 32,767.
static inline cchar_t cncurses_cell(attr_t attributes, int pair) {
    cchar_t cell;
    wchar_t text[2] = {L' ', 0};
    memset(&cell, 0, sizeof cell);
    setcchar(&cell, text, attributes, (short)pair, &pair);
    return cell;
}

// --- where ncurses draws ------------------------------------------------------------------------------------------
// A file in memory: ncurses writes its bytes there and never sees the terminal.
static inline int cncurses_memory_file(void) {
#if defined(__linux__)
    return memfd_create("fetchtop-screen", 1u /* MFD_CLOEXEC */);
#else
    char name[] = "/tmp/fetchtop-screen-XXXXXX";
    int descriptor = mkstemp(name);
    if (descriptor >= 0) {
        unlink(name);
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
    return descriptor;
#endif
}

// --- terminfo strings: -1 marks "not a string capability" -------------------------------------------------------------
static inline const char *cncurses_string_capability(const char *name) {
    char *value = tigetstr(name);
    return value == (char *)-1 ? NULL : value;
}

// --- locale ----------------------------------------------------------------------------------------------------------
// Only LC_CTYPE: LC_NUMERIC stays "C", or decimal points would turn into commas in records. Answers whether
// characters beyond ASCII can be drawn: not where the locale has another character set, but where it has none (the C
// locale, or one that is not installed) UTF-8 is tried.
static inline int cncurses_use_utf8_locale(int is_refused) {
    if (is_refused) {
        setlocale(LC_CTYPE, "C");
        return 0;
    }
    if (setlocale(LC_CTYPE, "")) {
        const char *codeset = nl_langinfo(CODESET);
        if (strcmp(codeset, "UTF-8") == 0) return 1;
        if (strcmp(codeset, "ANSI_X3.4-1968") != 0 && strcmp(codeset, "US-ASCII") != 0) {
            setlocale(LC_CTYPE, "C");
            return 0;
        }
    }
    if (setlocale(LC_CTYPE, "C.UTF-8") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return 1;
    setlocale(LC_CTYPE, "C");
    return 0;
}

// newterm cannot ask a file for its size and would take terminfo's: 24 lines. Its first bytes set the scrolling region
// by that, and a larger terminal would keep scrolling in its upper half long after we are gone.
static inline void cncurses_set_size_variable(const char *name, int value) {
    char text[16];
    snprintf(text, sizeof text, "%d", value);
    setenv(name, text, 1);
}

static inline void cncurses_restore_variable(const char *name, char *value) {
    if (value) setenv(name, value, 1);
    else unsetenv(name);
    free(value);
}

// newterm installs handlers for signals that the loop handles, and gives no way to say no: put back what was there.
static inline SCREEN *cncurses_newterm(const char *terminal, FILE *output, FILE *input, int rows, int columns) {
    char *lines = getenv("LINES") ? strdup(getenv("LINES")) : NULL;
    char *width = getenv("COLUMNS") ? strdup(getenv("COLUMNS")) : NULL;
    cncurses_set_size_variable("LINES", rows);
    cncurses_set_size_variable("COLUMNS", columns);
    static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    struct sigaction saved[4];
    for (int i = 0; i < 4; i++) sigaction(signals[i], NULL, &saved[i]);
    SCREEN *screen = newterm(terminal, output, input);
    for (int i = 0; i < 4; i++) sigaction(signals[i], &saved[i], NULL);
    cncurses_restore_variable("LINES", lines);
    cncurses_restore_variable("COLUMNS", width);
    return screen;
}

// --- the terminal itself -------------------------------------------------------------------------------------------
static inline int cncurses_open_terminal(const char *path) {
    return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

static inline int cncurses_window_size(int descriptor, int *rows, int *columns) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return 0;
}

// --- crash restore ------------------------------------------------------------------------------------------------
// A crashing process may call only async-signal-safe functions: everything is prepared here beforehand, in plain
// memory, and the handler writes it out and lets the signal do what it would have done.
struct cncurses_crash {
    int descriptor;
    struct termios modes;
    char bytes[512];
    size_t count;
    // While standard error is caught: the pipe's end to read what is left in it, and where that belongs; or -1.
    int error_pipe;
    int error_output;
};

// Inside a function: Swift emits a header's statics only together with a function that holds them.
static inline struct cncurses_crash *cncurses_crash_state(void) {
    static struct cncurses_crash state = {.descriptor = -1, .error_pipe = -1, .error_output = -1};
    return &state;
}

static inline const int *cncurses_fatal_signals(void) {
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, 0};
    return signals;
}

static inline void cncurses_crash_restore(int signal_number) {
    struct cncurses_crash *state = cncurses_crash_state();
    if (state->descriptor >= 0) {
        size_t done = 0;
        for (int tries = 0; done < state->count && tries < 64; tries++) {
            ssize_t count = write(state->descriptor, state->bytes + done, state->count - done);
            if (count > 0) done += (size_t)count;
        }
        tcsetattr(state->descriptor, TCSANOW, &state->modes);
    }
    if (state->error_output >= 0) {
        char rest[4096];
        dup2(state->error_output, STDERR_FILENO);
        for (int tries = 0; tries < 16; tries++) {
            ssize_t count = read(state->error_pipe, rest, sizeof rest);
            if (count <= 0 || write(STDERR_FILENO, rest, (size_t)count) < 0) break;
        }
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

// Whether a process ends by it unless it says otherwise: not those that stop it, continue it or mean nothing to it, and
// not the one that cannot be caught.
static inline int cncurses_ends_by_default(int number) {
    static const int others[] = {SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGCHLD, SIGURG, SIGWINCH, 0};
    for (const int *other = others; *other; other++)
        if (number == *other) return 0;
    return 1;
}

// Signals that nobody handles or ignores end the process, too (SIGQUIT, SIGALRM, the real-time ones): on their way out
// the terminal is given back as in a crash.
static inline void cncurses_swap_default_handlers(void (*before)(int), void (*after)(int)) {
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (!cncurses_ends_by_default(number) || sigaction(number, NULL, &action) != 0) continue;
        if ((action.sa_flags & SA_SIGINFO) || action.sa_handler != before) continue;
        memset(&action, 0, sizeof action);
        action.sa_handler = after;
        if (after != SIG_DFL) action.sa_flags = (int)(SA_NODEFER | SA_RESETHAND | SA_ONSTACK);
        sigaction(number, &action, NULL);
    }
}

// What the process said last must not go down with the pipe that catches it.
static inline void cncurses_arm_error_capture(int pipe, int output) {
    cncurses_crash_state()->error_pipe = pipe;
    cncurses_crash_state()->error_output = output;
}

// Neither end ever blocks: writer and reader are the same thread.
static inline int cncurses_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe(ends) != 0) return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

static inline int cncurses_duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

static inline void cncurses_arm_crash_restore(
    int descriptor, const struct termios *modes, const uint8_t *bytes, size_t count) {
    struct cncurses_crash *state = cncurses_crash_state();
    if (count > sizeof state->bytes) count = sizeof state->bytes;
    state->modes = *modes;
    memcpy(state->bytes, bytes, count);
    state->count = count;
    state->descriptor = descriptor;
    for (const int *number = cncurses_fatal_signals(); *number; number++) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_handler = cncurses_crash_restore;
        // Not masked while it runs, so that raise() inside takes effect at once; ONSTACK for stack overflows.
        action.sa_flags = (int)(SA_NODEFER | SA_RESETHAND | SA_ONSTACK);
        sigaction(*number, &action, NULL);
    }
    cncurses_swap_default_handlers(SIG_DFL, cncurses_crash_restore);
}

static inline void cncurses_disarm_crash_restore(void) {
    cncurses_crash_state()->descriptor = -1;
    for (const int *number = cncurses_fatal_signals(); *number; number++) signal(*number, SIG_DFL);
    cncurses_swap_default_handlers(cncurses_crash_restore, SIG_DFL);
}

#endif
