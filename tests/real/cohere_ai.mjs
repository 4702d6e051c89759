// What npm's cohere-ai makes of the server at CO_API_URL: one object, by case.

import { CohereClientV2, CohereError } from "cohere-ai";

const client = new CohereClientV2({ environment: process.env.CO_API_URL });
const model = "command-a-03-2025";
const question = "How long does a refund of 29 May 2024 take?";
const ask = [{ role: "user", content: question }];
const documents = [{ id: "policy", data: { text: "A refund takes 14 days." } }];
const tools = [
  {
    type: "function",
    function: {
      name: "refund_report",
      description: "Retrieves the refunds of a day.",
      parameters: {
        type: "object",
        properties: { day: { type: "string", format: "date" } },
        required: ["day"],
      },
    },
  },
];

async function events(body) {
  const found = [];
  for await (const event of await client.chatStream(body)) found.push(event);
  return found;
}

function told(stream) {
  const deltas = stream.filter((event) => event.type === "content-delta");
  return deltas.map((event) => event.delta.message.content.text).join("");
}

function grounds({ start, end, text, sources }) {
  return { start, end, text, sources: sources.map((source) => source.id) };
}

const cases = {
  async text() {
    const { message, finishReason } = await client.chat({ model, messages: ask });
    return { text: message.content[0].text, finishReason };
  },

  async textStreamed() {
    const stream = await events({ model, messages: ask });
    return { text: told(stream), finishReason: stream.at(-1).delta.finishReason };
  },

  async documents() {
    const { message } = await client.chat({ model, messages: ask, documents });
    return { text: message.content[0].text, citations: message.citations.map(grounds) };
  },

  async documentsStreamed() {
    const stream = await events({ model, messages: ask, documents });
    const starts = stream.filter((event) => event.type === "citation-start");
    const citations = starts.map((event) => grounds(event.delta.message.citations));
    return { text: told(stream), citations };
  },

  async tools() {
    const first = await client.chat({ model, messages: ask, tools });
    const [call] = first.message.toolCalls;
    const block = { type: "document", document: { data: { refund: "3 euros" } } };
    const result = { role: "tool", toolCallId: call.id, content: [block] };
    const messages = [...ask, first.message, result];
    const { message } = await client.chat({ model, messages, tools });
    const [source] = message.citations[0].sources;
    return {
      call: call.function,
      text: message.content[0].text,
      output: source.toolOutput,
      isTheCalls: source.id === `${call.id}:0`,
    };
  },

  async toolsStreamed() {
    const stream = await events({ model, messages: ask, tools });
    const calls = stream.filter((event) => event.type.startsWith("tool-call-"));
    const pieces = calls.map((event) => event.delta?.message.toolCalls.function);
    return {
      name: pieces[0].name,
      arguments: pieces.map((piece) => piece?.arguments ?? "").join(""),
      finishReason: stream.at(-1).delta.finishReason,
    };
  },

  async schema() {
    const properties = { name: { type: "string" }, age: { type: "integer" } };
    const jsonSchema = { type: "object", properties, required: ["name", "age"] };
    const content = "My friend John is 30. JSON, please.";
    const { message } = await client.chat({
      model,
      messages: [{ role: "user", content }],
      responseFormat: { type: "json_object", jsonSchema },
    });
    return JSON.parse(message.content[0].text);
  },

  async rerank() {
    const { results, meta } = await client.rerank({
      model: "rerank-v3.5",
      query: "kite",
      documents: ["a", "a kite"],
      topN: 1,
    });
    const isAScore = results[0].relevanceScore > 0 && results[0].relevanceScore <= 1;
    const indices = results.map((result) => result.index);
    return { indices, isAScore, searchUnits: meta.billedUnits.searchUnits };
  },

  async refusal() {
    const body = { model: "rerank-v3.5", query: "kite", documents: [] };
    const error = await client.rerank(body).catch((caught) => caught);
    const said = error.body?.message;
    return { isOurs: error instanceof CohereError, status: error.statusCode, said };
  },
};

const found = {};
for (const [name, run] of Object.entries(cases)) {
  found[name] = await run().catch((error) => ({ failed: String(error) }));
}
console.log(JSON.stringify(found));
