// What npm's openai makes of the compatibility endpoint below CO_API_URL.

import OpenAI from "openai";

const client = new OpenAI({
  baseURL: `${process.env.CO_API_URL}/compatibility/v1`,
  apiKey: process.env.CO_API_KEY,
});
const model = "command-a-03-2025";
const ask = [{ role: "user", content: "How warm is it in Paris?" }];
const city = { type: "string", enum: ["Rome", "Paris"] };
const place = { type: "object", properties: { city }, required: ["city"] };
const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "How warm it is in a city.",
      parameters: place,
    },
  },
];

const create = (body) => client.chat.completions.create({ model, ...body });

const cases = {
  async text() {
    const [choice] = (await create({ messages: ask })).choices;
    return { text: choice.message.content, finishReason: choice.finish_reason };
  },

  async textStreamed() {
    let text = "";
    let finishReason = null;
    for await (const chunk of await create({ messages: ask, stream: true })) {
      text += chunk.choices[0].delta.content ?? "";
      finishReason ??= chunk.choices[0].finish_reason;
    }
    return { text, finishReason };
  },

  async tools() {
    const [first] = (await create({ messages: ask, tools })).choices;
    const [call] = first.message.tool_calls;
    const content = "It is 21 degrees.";
    const result = { role: "tool", tool_call_id: call.id, content };
    const messages = [...ask, first.message, result];
    const [second] = (await create({ messages, tools })).choices;
    const { content: text } = second.message;
    return { call: call.function, text, finishReason: second.finish_reason };
  },

  async toolsStreamed() {
    const stream = client.chat.completions.stream({ model, messages: ask, tools });
    const [choice] = (await stream.finalChatCompletion()).choices;
    const { name, arguments: said } = choice.message.tool_calls[0].function;
    return { name, arguments: said, finishReason: choice.finish_reason };
  },

  async schema() {
    const json_schema = { name: "place", schema: place };
    const response_format = { type: "json_schema", json_schema };
    const { choices } = await create({ messages: ask, response_format });
    return JSON.parse(choices[0].message.content);
  },

  async refusal() {
    const body = { messages: ask, reasoning_effort: "low" };
    const error = await create(body).catch((caught) => caught);
    // The API's body has no `error` in it, where this client looks for the words.
    return { isOurs: error instanceof OpenAI.BadRequestError, status: error.status };
  },
};

const found = {};
for (const [name, run] of Object.entries(cases)) {
  found[name] = await run().catch((error) => ({ failed: String(error) }));
}
console.log(JSON.stringify(found));
