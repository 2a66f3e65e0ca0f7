/** Port of the service fed-master unless it is mapped. */
export const masterPort = 11443;

export const checkName = (value: string) => (value.trim() === "" ? "Give the cluster a name." : null);

export const checkServer = (value: string) => {
  if (value.trim() === "") {
    return "Give a host name or an IP address.";
  }
  return /[\s/]|:\/\//.test(value)
    ? "Only the host name or the IP address, without https:// and without a path."
    : null;
};

export const checkPort = (value: number | string) =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65535
    ? null
    : "Give a port from 1 to 65535.";
