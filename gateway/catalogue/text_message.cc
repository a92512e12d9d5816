#include "gateway/catalogue/text_message.h"

#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/base/displayed_fields.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/proto_time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace mrg {
namespace {

// Keeps the first fault; the rest usually follows from it.
class FirstFault : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(line + 1, ":", column + 1, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

absl::Status ParseTextMessage(absl::string_view bytes, Reason refusal,
                              google::protobuf::Message* message, size_t bytes_max) {
  if (bytes.size() > bytes_max) {
    return MakeError(refusal, absl::StrCat("expected at most ", bytes_max, " bytes"));
  }
  if (!IsUtf8(bytes)) return MakeError(refusal, "expected UTF-8");
  FirstFault fault;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&fault);
  parser.SetRecursionLimit(kTextDepthMax);
  if (!parser.ParseFromString(std::string(bytes), message)) return MakeError(refusal, fault.text());
  // Escapes in a string can still spell bytes that are not UTF-8; the binary form refuses them.
  std::string binary;
  if (!message->SerializeToString(&binary) || !message->ParseFromString(binary)) {
    return MakeError(refusal, "expected UTF-8 in every text field");
  }
  const std::string wrong_time = PathOfWrongTime(*message);
  if (!wrong_time.empty()) return MakeFieldError(refusal, wrong_time, kTimeExpected);
  return RequireDisplayedFields(*message, refusal);
}

int LineOf(absl::string_view bytes, absl::string_view path, google::protobuf::Message* scratch) {
  using google::protobuf::TextFormat;
  TextFormat::ParseInfoTree top;
  TextFormat::Parser parser;
  parser.WriteLocationsTo(&top);
  parser.SetRecursionLimit(kTextDepthMax);
  if (!parser.ParseFromString(std::string(bytes), scratch)) return 0;
  int line = 0;
  const TextFormat::ParseInfoTree* around = &top;
  const google::protobuf::Descriptor* type = scratch->GetDescriptor();
  for (absl::string_view part : absl::StrSplit(path, '.')) {
    int index = -1;
    if (const size_t bracket = part.find('['); bracket != absl::string_view::npos) {
      absl::string_view number = part.substr(bracket + 1);
      if (!absl::ConsumeSuffix(&number, "]") || !absl::SimpleAtoi(number, &index)) return line;
      part = part.substr(0, bracket);
    }
    const auto* const field = type->FindFieldByName(std::string(part));
    if (field == nullptr || field->is_repeated() != (index >= 0)) return line;
    const TextFormat::ParseLocation location = around->GetLocation(field, index);
    if (location.line < 0) return line;
    line = location.line + 1;
    around = around->GetTreeForNested(field, index);
    type = field->message_type();
    if (around == nullptr || type == nullptr) return line;
  }
  return line;
}

}  // namespace mrg
