// What an agent, or somebody in the chat, needs when they first ask: one file of the build, loaded then.
export { conversationOf } from './chatConversation';
export { LanguageModelTool } from './languageModelTool';
