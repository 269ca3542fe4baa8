"""usage: aiohttp_client.py LIST IN_FLIGHT: fetches every URL of a file with aiohttp, one coroutine a slot."""
import asyncio
import sys

import aiohttp


async def main(path: str, in_flight: int) -> None:
    with open(path) as file:
        urls = iter([line.strip() for line in file])
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight)) as session:

        async def worker() -> None:
            for url in urls:
                async with session.get(url) as response:
                    assert len(await response.read()) == 1024

        await asyncio.gather(*(worker() for _ in range(in_flight)))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
