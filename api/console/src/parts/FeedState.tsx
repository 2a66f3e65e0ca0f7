import { Badge, Indicator, Tooltip } from "@mantine/core";
import { useFeed } from "../hooks/feed.ts";
import { never } from "../never.ts";
import { Moment } from "../ui/Moment.tsx";

/** Whether what the page shows is the present. */
export function FeedState() {
  const feed = useFeed();
  switch (feed.is) {
    case "connecting":
      return (
        <Badge variant="default" color="gray" tt="none" role="status">
          connecting
        </Badge>
      );
    case "live":
      return (
        <Tooltip label="What you see is the present: the server tells of every change." multiline maw={260}>
          <Badge
            variant="light"
            color="teal"
            tt="none"
            role="status"
            leftSection={<Indicator inline processing size={7} color="teal" />}
          >
            live
          </Badge>
        </Tooltip>
      );
    case "stale":
      return (
        <Badge variant="filled" color="yellow" tt="none" role="status">
          stale since <Moment at={feed.since} />
        </Badge>
      );
    default:
      return never(feed);
  }
}
