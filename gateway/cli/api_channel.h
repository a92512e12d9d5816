#ifndef MRG_GATEWAY_CLI_API_CHANNEL_H_
#define MRG_GATEWAY_CLI_API_CHANNEL_H_

// The connection of a command to a node: the flags that name it and the channel made from them.

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"

namespace mrg {

// Where a node is and who asks.
struct ApiChannelFlags {
  std::string address;  // host:port (mTLS) or unix:/path (admin socket)
  std::string cert;     // PEM file, the caller's certificate
  std::string key;      // PEM file, its private key
  std::string ca;       // PEM file, the CA of the node's trust domain
  int timeout_seconds = 10;

  // Adds --address, --cert, --key, --ca and --timeout to `app`.
  void AddTo(CLI::App& app);
};

// Result: the channel. Errors: NotFound when a file cannot be read; CERTIFICATE_UNREADABLE,
// CERTIFICATE_KEY_MISMATCH, KEY_FILE_INVALID naming flag and file.
absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenApiChannel(const ApiChannelFlags& flags);

// Sets the deadline of `context` from the flags.
void SetDeadline(const ApiChannelFlags& flags, grpc::ClientContext* context);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_API_CHANNEL_H_
