"""usage: tornado_client.py LIST IN_FLIGHT: fetches every URL of a file with Tornado's libcurl client, one coroutine a slot."""
import asyncio
import sys

from tornado.httpclient import AsyncHTTPClient
from tornado.queues import Queue, QueueEmpty


async def main(path: str, in_flight: int) -> None:
    AsyncHTTPClient.configure("tornado.curl_httpclient.CurlAsyncHTTPClient", max_clients=in_flight)
    client = AsyncHTTPClient()
    urls: Queue[str] = Queue()
    with open(path) as file:
        for line in file:
            urls.put_nowait(line.strip())

    async def worker() -> None:
        while True:
            try:
                url = urls.get_nowait()
            except QueueEmpty:
                return
            response = await client.fetch(url)
            assert len(response.body) == 1024

    await asyncio.gather(*(worker() for _ in range(in_flight)))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
