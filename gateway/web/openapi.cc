#include "gateway/web/openapi.h"

#include <map>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/status_macros.h"
#include "gateway/web/rest_routes.h"
#include "google/api/field_behavior.pb.h"
#include "nlohmann/json.hpp"

namespace mrg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::SourceLocation;
using Json = nlohmann::ordered_json;

constexpr char kErrorSchema[] = "google.rpc.Status";

// Result: the comment above the element as one paragraph; empty for none.
template <typename Element>
std::string CommentOf(const Element& element) {
  SourceLocation location;
  if (!element.GetSourceLocation(&location)) return "";
  std::vector<std::string> words =
      absl::StrSplit(location.leading_comments, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  return absl::StrJoin(words, " ");
}

std::string FirstSentence(const std::string& text) {
  const size_t end = text.find(". ");
  return end == std::string::npos ? text : text.substr(0, end + 1);
}

Json ReferenceTo(const std::string& name) {
  return {{"$ref", absl::StrCat("#/components/schemas/", name)}};
}

bool IsRequired(const FieldDescriptor& field) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == google::api::REQUIRED) return true;
  }
  return false;
}

// Schemas of the messages and enums that calls name, each once.
class Schemas {
 public:
  // Result: the schema of a field's value, of one where it is repeated.
  Json OfValue(const FieldDescriptor& field) {
    switch (field.type()) {
      case FieldDescriptor::TYPE_MESSAGE:
        return OfMessage(*field.message_type());
      case FieldDescriptor::TYPE_ENUM:
        return OfEnum(*field.enum_type());
      case FieldDescriptor::TYPE_BOOL:
        return {{"type", "boolean"}};
      case FieldDescriptor::TYPE_BYTES:
        return {{"type", "string"}, {"contentEncoding", "base64"}};
      case FieldDescriptor::TYPE_STRING:
        return {{"type", "string"}};
      case FieldDescriptor::TYPE_DOUBLE:
      case FieldDescriptor::TYPE_FLOAT:
        return {{"type", "number"}};
      case FieldDescriptor::TYPE_INT64:
      case FieldDescriptor::TYPE_SINT64:
      case FieldDescriptor::TYPE_SFIXED64:
      case FieldDescriptor::TYPE_UINT64:
      case FieldDescriptor::TYPE_FIXED64:
        // JSON's numbers end at 2^53.
        return {{"type", "string"}, {"pattern", "^-?[0-9]{1,20}$"}};
      default:
        return {{"type", "integer"}};
    }
  }

  Json OfField(const FieldDescriptor& field) {
    Json schema;
    if (field.is_map()) {
      schema = {{"type", "object"},
                {"additionalProperties", OfValue(*field.message_type()->map_value())}};
    } else if (field.is_repeated()) {
      schema = {{"type", "array"}, {"items", OfValue(field)}};
    } else {
      schema = OfValue(field);
    }
    const std::string comment = CommentOf(field);
    if (!comment.empty()) schema["description"] = comment;
    return schema;
  }

  Json OfMessage(const Descriptor& type) {
    if (type.full_name() == "google.protobuf.Timestamp") {
      return {{"type", "string"}, {"format", "date-time"}};
    }
    if (type.full_name() == "google.protobuf.Duration") {
      return {{"type", "string"}, {"pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$"}};
    }
    if (made_.insert(type.full_name()).second) {
      Json schema = ObjectOf(type, {});
      all_[type.full_name()] = std::move(schema);
    }
    return ReferenceTo(type.full_name());
  }

  // Result: that of a body, which leaves out what the path says.
  Json OfBody(const Descriptor& type, const std::vector<std::string>& in_path) {
    if (in_path.empty()) return OfMessage(type);
    return ObjectOf(type, {in_path.begin(), in_path.end()});
  }

  Json OfEnum(const EnumDescriptor& type) {
    if (made_.insert(type.full_name()).second) {
      Json schema = {{"type", "string"}};
      const std::string comment = CommentOf(type);
      if (!comment.empty()) schema["description"] = comment;
      for (int i = 0; i < type.value_count(); ++i) schema["enum"].push_back(type.value(i)->name());
      all_[type.full_name()] = std::move(schema);
    }
    return ReferenceTo(type.full_name());
  }

  Json All() const {
    Json all = Json::object();
    for (const auto& [name, schema] : all_) all[name] = schema;
    all[kErrorSchema] = {
        {"type", "object"},
        {"description", "Why a call failed: google/rpc/status.proto, error_details.proto."},
        {"properties",
         {{"code", {{"type", "integer"}}},
          {"message", {{"type", "string"}}},
          {"details",
           {{"type", "array"},
            {"items",
             {{"type", "object"},
              {"properties", {{"@type", {{"type", "string"}}}}},
              {"required", {"@type"}},
              {"additionalProperties", true}}}}}}}};
    return all;
  }

 private:
  Json ObjectOf(const Descriptor& type, const std::set<std::string>& left_out) {
    Json schema = {{"type", "object"}};
    const std::string comment = CommentOf(type);
    if (!comment.empty()) schema["description"] = comment;
    schema["properties"] = Json::object();
    Json required = Json::array();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (left_out.count(field.name()) > 0) continue;
      schema["properties"][field.json_name()] = OfField(field);
      if (IsRequired(field)) required.push_back(field.json_name());
    }
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
  }

  std::set<std::string> made_;
  std::map<std::string, Json> all_;
};

// The parameters of a path and, of a call without a body, of its query.
Json ParametersOf(const MethodDescriptor& method, const RestRule& rule, Schemas* schemas) {
  Json parameters = Json::array();
  std::set<std::string> in_path;
  const std::string path = rule.path.one_name_a_segment();
  for (const std::string& variable : rule.path.variables()) {
    in_path.insert(variable);
    const FieldDescriptor* const field = method.input_type()->FindFieldByName(variable);
    for (size_t at = path.find(absl::StrCat("{", variable)); at != std::string::npos;
         at = path.find(absl::StrCat("{", variable), at + 1)) {
      Json parameter = {{"name", path.substr(at + 1, path.find('}', at) - at - 1)},
                        {"in", "path"},
                        {"required", true}};
      if (field != nullptr) parameter["description"] = CommentOf(*field);
      parameter["schema"] = {{"type", "string"}};
      parameters.push_back(std::move(parameter));
    }
  }
  if (rule.http_method != "GET") return parameters;
  for (int i = 0; i < method.input_type()->field_count(); ++i) {
    const FieldDescriptor& field = *method.input_type()->field(i);
    if (in_path.count(field.name()) > 0) continue;
    Json schema = schemas->OfField(field);
    schema.erase("description");
    Json parameter = {{"name", field.json_name()}, {"in", "query"}};
    if (IsRequired(field)) parameter["required"] = true;
    parameter["description"] = CommentOf(field);
    parameter["schema"] = std::move(schema);
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

Json JsonContent(Json schema) { return {{"application/json", {{"schema", std::move(schema)}}}}; }

Json OperationOf(const MethodDescriptor& method, const RestRule& rule, Schemas* schemas) {
  const std::string comment = CommentOf(method);
  Json operation = {{"operationId", absl::StrCat(method.service()->name(), "_", method.name())},
                    {"summary", FirstSentence(comment)},
                    {"description", comment},
                    {"tags", {method.service()->name()}}};
  Json parameters = ParametersOf(method, rule, schemas);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (rule.http_method == "POST") {
    operation["requestBody"] = {
        {"required", true},
        {"content", JsonContent(schemas->OfBody(*method.input_type(), rule.path.variables()))}};
  }
  operation["responses"] = {
      {"200",
       {{"description", "The answer."},
        {"content", JsonContent(schemas->OfMessage(*method.output_type()))}}},
      {"4XX",
       {{"description", "The request is refused, or nothing is there."},
        {"content", JsonContent(ReferenceTo(kErrorSchema))}}},
      {"default",
       {{"description", "The call failed."}, {"content", JsonContent(ReferenceTo(kErrorSchema))}}}};
  return operation;
}

}  // namespace

absl::StatusOr<std::string> OpenApiOf(const std::vector<const FileDescriptor*>& files) {
  Json tags = Json::array();
  Json paths = Json::object();
  Schemas schemas;
  for (const FileDescriptor* file : files) {
    for (int i = 0; i < file->service_count(); ++i) {
      const ServiceDescriptor& service = *file->service(i);
      tags.push_back({{"name", service.name()}, {"description", CommentOf(service)}});
      for (int j = 0; j < service.method_count(); ++j) {
        const MethodDescriptor& method = *service.method(j);
        MRG_ASSIGN_OR_RETURN(const std::optional<RestRule> rule, RestRuleOf(method));
        if (!rule.has_value()) continue;
        paths[rule->path.one_name_a_segment()][absl::AsciiStrToLower(rule->http_method)] =
            OperationOf(method, *rule, &schemas);
      }
    }
  }
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "Mutual recognition of licences between regions"},
        {"version", "v1"},
        {"description",
         "The calls of a node's listener `rest`: gateway/docs/REST.md. Generated from the "
         "interface "
         "files."},
        {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
      {"servers",
       {{{"url", "https://{node}"},
         {"description", "The listener `rest` of your region's node."},
         {"variables", {{"node", {{"default", "127.0.0.1:7443"}}}}}}}},
      {"security", {{{"certificate", Json::array()}}}},
      {"tags", tags},
      {"paths", paths},
      {"components",
       {{"securitySchemes",
         {{"certificate",
           {{"type", "mutualTLS"},
            {"description",
             "A client certificate with one SPIFFE id: gateway/docs/CERTIFICATES.md."}}}}},
        {"schemas", schemas.All()}}}};
  return document.dump(2) + "\n";
}

}  // namespace mrg
