#include "trustlist/format/canonical_json.h"

#include "absl/strings/str_cat.h"

namespace mrg {
namespace {

void AppendText(const std::string& text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out->push_back('\\');
    out->push_back(c);
  }
  out->push_back('"');
}

// Recursion is bounded by kJsonDepthMax.
void Append(const Json& value, std::string* out) {
  switch (value.type()) {
    case Json::value_t::object: {
      out->push_back('{');
      bool first = true;
      // nlohmann::json keeps members sorted by bytes, which for UTF-8 is the order of code points.
      for (auto member = value.begin(); member != value.end(); ++member) {
        if (!first) out->push_back(',');
        first = false;
        AppendText(member.key(), out);
        out->push_back(':');
        Append(member.value(), out);
      }
      out->push_back('}');
      return;
    }
    case Json::value_t::array: {
      out->push_back('[');
      bool first = true;
      for (const Json& element : value) {
        if (!first) out->push_back(',');
        first = false;
        Append(element, out);
      }
      out->push_back(']');
      return;
    }
    case Json::value_t::string:
      AppendText(value.get_ref<const std::string&>(), out);
      return;
    case Json::value_t::boolean:
      out->append(value.get<bool>() ? "true" : "false");
      return;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      absl::StrAppend(out, value.get<int64_t>());
      return;
    case Json::value_t::binary:
      out->append(IntegerDigits(value));
      return;
    default:
      // ParseJsonDocument lets no fractions in.
      out->append("null");
      return;
  }
}

}  // namespace

std::string CanonicalJson(const Json& value) {
  std::string out;
  Append(value, &out);
  return out;
}

}  // namespace mrg
