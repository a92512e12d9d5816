#include "gateway/cli/content_uploader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/rpc/server/grpc_to_status.h"

namespace mrg {
namespace {

constexpr size_t kMessageBytes = size_t{1} << 20;

}  // namespace

ContentUploader::~ContentUploader() {
  if (writer_ == nullptr) return;
  context_.TryCancel();
  writer_->Finish();
}

absl::Status ContentUploader::Add(std::string bytes) {
  if (writer_ == nullptr) {
    SetDeadline(flags_, &context_);
    writer_ = stub_->UploadContent(&context_, &response_);
  }
  waiting_bytes_ += bytes.size();
  message_.add_content(std::move(bytes));
  if (waiting_bytes_ < kMessageBytes || Send()) return absl::OkStatus();
  return absl::CancelledError("the node takes no more");
}

absl::Status ContentUploader::Finish() {
  if (writer_ == nullptr) return absl::OkStatus();
  message_.set_complete(true);
  // A write that fails is explained by the status.
  if (Send()) writer_->WritesDone();
  const grpc::Status status = std::exchange(writer_, nullptr)->Finish();
  return GrpcToStatus(status);
}

bool ContentUploader::Send() {
  const bool sent = writer_->Write(message_);
  message_.Clear();
  sent_bytes_ += waiting_bytes_;
  waiting_bytes_ = 0;
  progress_->ShowProgress(absl::StrCat("sent ", sent_bytes_ >> 20, " MiB"));
  return sent;
}

}  // namespace mrg
