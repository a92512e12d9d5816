#ifndef MRG_GATEWAY_CLI_CONTENT_UPLOADER_H_
#define MRG_GATEWAY_CLI_CONTENT_UPLOADER_H_

// Sends the content of a publication ahead of it, several files in one message, whatever its size.

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/display.h"
#include "grpcpp/client_context.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"

namespace mrg {

// Used by one thread.
class ContentUploader {
 public:
  // `progress` shows how much is sent. All must outlive this. The call begins with the first item.
  ContentUploader(gateway::v1::AdminService::Stub* stub, const ApiChannelFlags& flags,
                  Display* progress)
      : stub_(stub), flags_(flags), progress_(progress) {}
  // Cancels an upload that was not finished.
  ~ContentUploader();

  // Errors: Cancelled when the node takes no more; Finish says why.
  absl::Status Add(std::string bytes);

  // Sends what waits and hears the node. Does nothing when nothing was added. Errors: the node's.
  absl::Status Finish();

 private:
  bool Send();

  gateway::v1::AdminService::Stub* const stub_;
  const ApiChannelFlags& flags_;
  Display* const progress_;
  grpc::ClientContext context_;
  gateway::v1::UploadContentResponse response_;
  std::unique_ptr<grpc::ClientWriter<gateway::v1::UploadContentRequest>> writer_;
  gateway::v1::UploadContentRequest message_;
  size_t waiting_bytes_ = 0;
  size_t sent_bytes_ = 0;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_CONTENT_UPLOADER_H_
