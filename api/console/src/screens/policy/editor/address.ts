const domainShape =
  /^(\*\.)?([a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?\.)*[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.?$/;

/** Whether a text is an IP address. */
export function isAddress(text: string): boolean {
  return isV4(text) || isV6(text);
}

/** Whether a criterion on addresses can have the value: an address, a block, a range or a domain name. */
export function isAddressValue(text: string): boolean {
  return isAddress(text) || isBlock(text) || isRange(text) || (text.length <= 253 && domainShape.test(text));
}

function isV4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) <= 255);
}

function isV6(text: string): boolean {
  return text.includes(":") && /^[0-9a-fA-F:.]+$/.test(text) && URL.canParse(`http://[${text}]/`);
}

function isBlock(text: string): boolean {
  const [address = "", bits = "", ...more] = text.split("/");
  const most = isV4(address) ? 32 : 128;
  return more.length === 0 && isAddress(address) && /^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= most;
}

function isRange(text: string): boolean {
  const [low = "", high = "", ...more] = text.split("-");
  if (more.length > 0 || !isAddress(low) || !isAddress(high) || isV4(low) !== isV4(high)) {
    return false;
  }
  return !isV4(low) || v4Number(low) <= v4Number(high);
}

function v4Number(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
