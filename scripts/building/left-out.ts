/**
 * Options that keep out of a bundle what is only asked for by features that no plugin here uses: grpc-js reads its own .proto
 * files for channelz and ORCA, whose definitions are never asked for.
 */
export const leftOut = ["--external", "@grpc/proto-loader"];
