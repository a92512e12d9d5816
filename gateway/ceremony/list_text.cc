#include "gateway/ceremony/list_text.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/catalogue/text_message.h"

namespace mrg {
namespace {

// Result: what the message of `status` says behind its reason and its field.
absl::string_view DetailOf(const absl::Status& status, absl::string_view field) {
  absl::string_view detail = status.message();
  const size_t token_end = detail.find(": ");
  if (token_end != absl::string_view::npos) detail.remove_prefix(token_end + 2);
  if (absl::ConsumePrefix(&detail, field)) absl::ConsumePrefix(&detail, ": ");
  return detail;
}

absl::Status WithLine(absl::string_view text, const std::string& path, Reason reason,
                      absl::string_view detail, google::protobuf::Message* scratch) {
  const int line = LineOf(text, path, scratch);
  if (line == 0) return MakeFieldError(reason, path, detail);
  return MakeFieldError(reason, path, absl::StrCat("line ", line, ": ", detail));
}

}  // namespace

absl::Status ReadListText(absl::string_view text, Reason refusal,
                          google::protobuf::Message* message) {
  const std::unique_ptr<google::protobuf::Message> scratch(message->New());
  return AtLine(text, ParseTextMessage(text, refusal, message, kListTextBytesMax), scratch.get());
}

absl::Status AtEntry(absl::string_view text, absl::string_view entry, const absl::Status& status,
                     google::protobuf::Message* scratch) {
  const std::string field = FieldOf(status);
  const std::string path = field.empty() ? std::string(entry) : absl::StrCat(entry, ".", field);
  return WithLine(text, path, ReasonOf(status).value_or(Reason::kFieldMalformed),
                  DetailOf(status, field), scratch);
}

absl::Status AtLine(absl::string_view text, const absl::Status& status,
                    google::protobuf::Message* scratch) {
  const std::string field = FieldOf(status);
  if (status.ok() || field.empty()) return status;
  return WithLine(text, field, ReasonOf(status).value_or(Reason::kFieldMalformed),
                  DetailOf(status, field), scratch);
}

}  // namespace mrg
