#include "tests/federation/wire_call.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/mutex.h"
#include "gateway/base/real_clock.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

void PrepareCall(grpc::ClientContext* context, absl::Duration deadline) {
  context->set_deadline(absl::ToChronoTime(RealClock().Now() + deadline));
  context->set_wait_for_ready(true);
}

grpc::Status CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                     absl::string_view bytes, std::string* answer) {
  grpc::ClientContext context;
  PrepareCall(&context);
  const grpc::Slice slice(bytes.data(), bytes.size());
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  Mutex mu;
  CondVar ended;
  bool done = false;
  grpc::Status status;
  grpc::GenericStub(channel).UnaryCall(&context, method, grpc::StubOptions(), &request, &response,
                                       [&](grpc::Status result) {
                                         MutexLock lock(mu);
                                         status = std::move(result);
                                         done = true;
                                         ended.NotifyAll();
                                       });
  MutexLock lock(mu);
  while (!done) ended.Wait(mu);
  if (answer != nullptr) *answer = BytesOf(response);
  return status;
}

WireError ErrorOf(const grpc::Status& status) {
  WireError error;
  error.code = status.error_code();
  error.english = status.error_message();
  google::rpc::Status detailed;
  EXPECT_TRUE(detailed.ParseFromString(status.error_details()));
  if (status.error_details().empty()) return error;
  EXPECT_EQ(detailed.code(), static_cast<int>(status.error_code()));
  EXPECT_EQ(detailed.message(), status.error_message());
  for (const google::protobuf::Any& detail : detailed.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad_request;
    google::rpc::LocalizedMessage localized;
    ++error.details;
    if (detail.UnpackTo(&info)) {
      EXPECT_TRUE(info.domain() == kErrorDomain || info.domain() == kFormerErrorDomain);
      error.reason = info.reason();
    }
    if (detail.UnpackTo(&bad_request)) {
      EXPECT_GE(bad_request.field_violations_size(), 1);
      error.field = bad_request.field_violations(0).field();
    }
    if (detail.UnpackTo(&localized) && localized.locale() == "zh-CN") {
      error.chinese = localized.message();
    }
  }
  return error;
}

std::string ReasonIn(const grpc::Status& status) {
  if (status.ok()) return "OK";
  const std::string reason = ErrorOf(status).reason;
  return reason.empty() ? absl::StrCat("code ", static_cast<int>(status.error_code()), ": ",
                                       status.error_message())
                        : reason;
}

}  // namespace mrg
