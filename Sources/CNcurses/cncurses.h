#ifndef FETCHTOP_CNCURSES_H
#define FETCHTOP_CNCURSES_H
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncursesw/curses.h>
#endif
