#include "gateway/base/displayed_fields.h"

#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

TEST(Fault, B04_EachTextOfAMessageIsCheckedAtAnyDepthAndNamedByItsPath) {
  google::rpc::BadRequest message;
  message.add_field_violations()->set_description("样例");
  EXPECT_TRUE(RequireDisplayedFields(message, Reason::kIssuerListInvalid).ok());
  message.add_field_violations()->set_description("a\u202eb");

  const absl::Status status = RequireDisplayedFields(message, Reason::kIssuerListInvalid);

  EXPECT_EQ(ReasonOf(status), Reason::kIssuerListInvalid);
  EXPECT_EQ(FieldOf(status), "field_violations[1].description");
  EXPECT_EQ(status.message().find("\u202e"), absl::string_view::npos);
}

TEST(Fault, B04_EachItemOfARepeatedTextIsChecked) {
  google::rpc::DebugInfo message;
  message.add_stack_entries("a");
  message.add_stack_entries("b\n");

  const absl::Status status = RequireDisplayedFields(message, Reason::kCatalogueInvalid);

  EXPECT_EQ(FieldOf(status), "stack_entries[1]");
}

}  // namespace
}  // namespace mrg
