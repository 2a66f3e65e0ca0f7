import { useEffect, useEffectEvent, useState } from "react";

/** A text that is told on after a pause in typing, and follows when it is changed from elsewhere. */
export function useTyped(value: string, onTyped: (text: string) => void, pauseMs = 250) {
  const [text, setText] = useState(value);
  const [last, setLast] = useState(value);
  if (value !== last) {
    setLast(value); // somebody went back or followed a link
    setText(value);
  }
  const tell = useEffectEvent(() => {
    if (text !== value) {
      onTyped(text);
    }
  });
  useEffect(() => {
    const timer = setTimeout(() => tell(), pauseMs);
    return () => clearTimeout(timer);
  }, [text, pauseMs]);
  return { text, setText };
}
