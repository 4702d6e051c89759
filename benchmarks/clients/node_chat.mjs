// The text of a streamed answer, by Cohere's SDK for node: node_chat.mjs BASE_URL.
import { CohereClientV2 } from "cohere-ai";

const client = new CohereClientV2({ token: "benchmark", environment: process.argv[2] });
const stream = await client.chatStream({
  model: "command-a-03-2025",
  messages: [{ role: "user", content: "Hi" }],
});
for await (const event of stream) {
  if (event.type === "content-delta") {
    process.stdout.write(event.delta.message.content.text);
  }
}
process.stdout.write("\n");
