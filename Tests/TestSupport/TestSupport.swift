import FetchLoop
