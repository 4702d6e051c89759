"""The text of a streamed answer, by Cohere's SDK: sdk_chat.py BASE_URL."""

import sys

from cohere import ClientV2

client = ClientV2("benchmark", base_url=sys.argv[1])
for event in client.chat_stream(
    model="command-a-03-2025", messages=[{"role": "user", "content": "Hi"}]
):
    if event.type == "content-delta":
        print(event.delta.message.content.text, end="", flush=True)
print()
