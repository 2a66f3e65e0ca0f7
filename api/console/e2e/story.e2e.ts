import { mouse } from "./hands.ts";
import { tellStory } from "./story.ts";
import { test } from "./world.ts";

test("two clusters become a federation, at their consoles", ({ world, browser }) => tellStory(world, browser, mouse));
