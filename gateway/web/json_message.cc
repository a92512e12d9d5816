#include "gateway/web/json_message.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"
#include "nlohmann/json.hpp"

namespace mrg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Json = nlohmann::json;

constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";
constexpr size_t kPathBytesMax = 200;
constexpr char kOtherType[] = "expected a value of the field's type";
constexpr char kUnknownField[] = "expected a field of the message";

absl::Status Malformed(absl::string_view expected) {
  return MakeError(Reason::kFieldMalformed, expected);
}

absl::Status MalformedField(absl::string_view path, absl::string_view expected) {
  if (path.empty()) return Malformed(expected);
  return MakeFieldError(Reason::kFieldMalformed, path, expected);
}

// Result: whether `text` is a path of fields and nothing that a value could be hidden in.
bool IsFieldPath(absl::string_view text) {
  if (text.empty() || text.size() > kPathBytesMax) return false;
  for (const char c : text) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '[' || c == ']';
    if (!is_word) return false;
  }
  return true;
}

const FieldDescriptor* FindField(const Descriptor& type, const std::string& name) {
  for (int i = 0; i < type.field_count(); ++i) {
    if (type.field(i)->name() == name || type.field(i)->json_name() == name) return type.field(i);
  }
  return nullptr;
}

// Result: the message that a JSON object stands for; null when it is opaque, or the value is none.
const Descriptor* TypeOf(const FieldDescriptor* field) {
  if (field == nullptr || field->type() != FieldDescriptor::TYPE_MESSAGE) return nullptr;
  const Descriptor* const type = field->message_type();
  return absl::StartsWith(type->full_name(), "google.protobuf.") ? nullptr : type;
}

// Goes through a document beside its message and stops at what two readers might take differently.
class StrictReading : public nlohmann::json_sax<Json> {
 public:
  explicit StrictReading(const Descriptor& root) : root_(root) {}

  const absl::Status& status() const { return status_; }

  bool null() override { return Value(); }
  bool boolean(bool) override { return Value(); }
  bool number_integer(number_integer_t) override { return Value(); }
  bool number_unsigned(number_unsigned_t) override { return Value(); }
  bool number_float(number_float_t, const string_t&) override { return Value(); }
  bool string(string_t&) override { return Value(); }
  bool binary(binary_t&) override { return Value(); }

  bool start_object(size_t) override {
    Frame frame;
    if (open_.empty()) {
      frame.type = &root_;
    } else {
      const FieldDescriptor* const field = open_.back().field;
      if (field != nullptr && field->is_map() && !open_.back().is_map) {
        frame.is_map = true;
        frame.field = field->message_type()->map_value();
      } else {
        if (field != nullptr && field->type() != FieldDescriptor::TYPE_MESSAGE) {
          return Stop(kOtherType);
        }
        frame.type = TypeOf(field);
      }
    }
    return Open(std::move(frame));
  }
  bool start_array(size_t) override {
    if (!Value()) return false;
    // protobuf would take the elements of arrays within each other for those of one.
    const FieldDescriptor* const field = open_.back().field;
    if (field != nullptr && (open_.back().is_array || open_.back().is_map ||
                             !field->is_repeated() || field->is_map())) {
      return Stop(kOtherType);
    }
    Frame frame;
    frame.field = field;
    frame.is_array = true;
    return Open(std::move(frame));
  }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    Frame& frame = open_.back();
    path_.resize(frame.path_size);
    if (frame.type == nullptr) {
      if (frame.names.insert(name).second) return true;
      return Stop("expected no name twice");
    }
    frame.field = FindField(*frame.type, name);
    if (frame.field == nullptr) {
      if (IsFieldPath(name)) Step(name);
      return Stop(kUnknownField);
    }
    Step(frame.field->name());
    if (frame.names.insert(frame.field->name()).second) return true;
    return Stop("expected no field twice");
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    status_ = Malformed(absl::StrCat("expected JSON (RFC 8259), it is none at byte ", position));
    return false;
  }

 private:
  struct Frame {
    const Descriptor* type = nullptr;        // of an object that is a message
    const FieldDescriptor* field = nullptr;  // of the member under way, or of the elements
    bool is_map = false;
    bool is_array = false;
    std::set<std::string> names;
    size_t path_size = 0;  // of the object itself
  };

  bool Value() { return !open_.empty() || Stop("expected one JSON object"); }
  bool Open(Frame frame) {
    if (open_.size() >= kMessageJsonDepthMax) {
      return Stop(absl::StrCat("expected JSON of a depth of at most ", kMessageJsonDepthMax));
    }
    frame.path_size = path_.size();
    open_.push_back(std::move(frame));
    return true;
  }
  bool Close() {
    path_.resize(open_.back().path_size);
    open_.pop_back();
    return true;
  }
  void Step(absl::string_view name) { absl::StrAppend(&path_, path_.empty() ? "" : ".", name); }
  bool Stop(absl::string_view expected) {
    status_ = MalformedField(path_, expected);
    return false;
  }

  const Descriptor& root_;
  std::vector<Frame> open_;
  std::string path_;
  absl::Status status_;
};

// Result: the path that protobuf's words begin with, "(presentation.detached): invalid ..."; empty
// when there is none.
absl::string_view PathIn(absl::string_view words) {
  const size_t begin = words.find('(');
  const size_t end = words.find("): ");
  if (begin != 0 || end == absl::string_view::npos) return "";
  const absl::string_view path = words.substr(1, end - 1);
  return IsFieldPath(path) ? path : "";
}

// Result: the same path as the interface file calls its fields.
std::string OwnPath(const Descriptor& root, absl::string_view path) {
  std::string own;
  const Descriptor* type = &root;
  for (absl::string_view step : absl::StrSplit(path, '.')) {
    const size_t bracket = step.find('[');
    const FieldDescriptor* const field =
        type == nullptr ? nullptr : FindField(*type, std::string(step.substr(0, bracket)));
    if (field == nullptr) break;
    absl::StrAppend(&own, own.empty() ? "" : ".", field->name());
    if (bracket != absl::string_view::npos) absl::StrAppend(&own, step.substr(bracket));
    type = field->is_map() ? nullptr : TypeOf(field);
  }
  return own;
}

absl::Status Map(absl::string_view json, Message* message) {
  const auto mapped = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), message);
  if (mapped.ok()) return absl::OkStatus();
  const Descriptor& type = *message->GetDescriptor();
  const google::protobuf::StringPiece words = mapped.message();
  const std::string path = OwnPath(type, PathIn(absl::string_view(words.data(), words.size())));
  return MalformedField(path,
                        path.empty() ? absl::StrCat("expected a ", type.full_name()) : kOtherType);
}

// Puts one text where its path says.
absl::Status Place(const Descriptor& root, const std::string& path, const std::string& text,
                   Json* object) {
  if (!IsFieldPath(path)) return Malformed(kUnknownField);
  const Descriptor* type = &root;
  const FieldDescriptor* field = nullptr;
  for (absl::string_view step : absl::StrSplit(path, '.')) {
    if (field != nullptr) {
      type = TypeOf(field);
      if (field->is_repeated()) type = nullptr;
      object = &(*object)[field->name()];
    }
    field = type == nullptr ? nullptr : FindField(*type, std::string(step));
    if (field == nullptr) return MalformedField(path, kUnknownField);
  }
  if (field->is_map() || TypeOf(field) != nullptr) {
    return MalformedField(path, "expected in the body of a request, not in its address");
  }
  Json value = text;
  if (field->type() == FieldDescriptor::TYPE_BOOL) {
    if (text != "true" && text != "false") return MalformedField(path, "expected true or false");
    value = text == "true";
  }
  if (field->is_repeated()) {
    (*object)[field->name()].push_back(std::move(value));
    return absl::OkStatus();
  }
  if (object->contains(field->name())) return MalformedField(path, "expected once");
  (*object)[field->name()] = std::move(value);
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadJsonMessage(absl::string_view json, Message* message) {
  if (absl::StartsWith(json, kByteOrderMark)) return Malformed("expected no byte-order mark");
  StrictReading reading(*message->GetDescriptor());
  if (!Json::sax_parse(json.begin(), json.end(), &reading)) return reading.status();
  return Map(json, message);
}

absl::Status ReadTextFields(const TextFields& fields, Message* message) {
  if (fields.empty()) return absl::OkStatus();
  Json object = Json::object();
  for (const auto& [path, text] : fields) {
    MRG_RETURN_IF_ERROR(Place(*message->GetDescriptor(), path, text, &object));
  }
  // Texts were checked to be UTF-8; what is not becomes what no field of ours takes.
  return Map(object.dump(-1, ' ', false, Json::error_handler_t::replace), message);
}

absl::StatusOr<std::string> JsonOf(const Message& message) {
  std::string json;
  const auto written = google::protobuf::util::MessageToJsonString(message, &json);
  if (written.ok()) return json;
  return MakeError(Reason::kInvariantBroken, "an answer has no form in JSON");
}

}  // namespace mrg
