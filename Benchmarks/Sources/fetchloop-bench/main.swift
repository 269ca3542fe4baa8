import FetchLoop
import Glibc

// usage: fetchloop-bench URL COUNT IN_FLIGHT   prints the same JSON line as reference/multi.c

func usage() -> Never {
    fputs("usage: fetchloop-bench URL COUNT IN_FLIGHT\n", stderr)
    exit(2)
}
