#include "gateway/web/rest_routes.h"

#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "google/api/annotations.pb.h"
#include "google/protobuf/message.h"

namespace mrg {
namespace {

using google::api::HttpRule;
using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

absl::Status Unusable(const MethodDescriptor& method) {
  return MakeError(Reason::kInvariantBroken,
                   absl::StrCat(method.full_name(), ": expected an http rule of the two kinds"));
}

// Result: the service's method in the interface files; null when they have none.
const MethodDescriptor* DescriptorOf(const MethodName& name) {
  const auto* const service =
      DescriptorPool::generated_pool()->FindServiceByName(name.service.text());
  return service == nullptr ? nullptr : service->FindMethodByName(name.method.text());
}

// Result: the top-level field that a path begins with.
std::string FirstStep(absl::string_view path) {
  return std::string(path.substr(0, path.find('.')));
}

}  // namespace

absl::StatusOr<std::optional<RestRule>> RestRuleOf(const MethodDescriptor& method) {
  if (!method.options().HasExtension(google::api::http)) return std::nullopt;
  const HttpRule& rule = method.options().GetExtension(google::api::http);
  const bool is_get = rule.pattern_case() == HttpRule::kGet;
  const bool is_post = rule.pattern_case() == HttpRule::kPost;
  const bool has_its_body = rule.body() == (is_post ? "*" : "");
  if ((!is_get && !is_post) || !has_its_body || rule.additional_bindings_size() > 0 ||
      method.client_streaming() || method.server_streaming()) {
    return Unusable(method);
  }
  MRG_ASSIGN_OR_RETURN(PathTemplate path, PathTemplate::Parse(is_get ? rule.get() : rule.post()));
  return RestRule{is_get ? "GET" : "POST", std::move(path)};
}

absl::StatusOr<RestRoutes> RestRoutes::Create(const std::vector<const UnaryMethod*>& methods) {
  RestRoutes routes;
  for (const UnaryMethod* method : methods) {
    const MethodDescriptor* const descriptor = DescriptorOf(method->name);
    if (descriptor == nullptr) continue;
    MRG_ASSIGN_OR_RETURN(std::optional<RestRule> rule, RestRuleOf(*descriptor));
    if (rule.has_value()) routes.routes_.push_back({method, *std::move(rule)});
  }
  return routes;
}

RestRoutes::Found RestRoutes::Find(absl::string_view http_method, absl::string_view path) const {
  std::set<std::string> others;
  for (const Route& route : routes_) {
    std::optional<TextFields> fields = route.rule.path.Match(path);
    if (!fields.has_value()) continue;
    if (route.rule.http_method == http_method) return {&route, *std::move(fields), ""};
    others.insert(route.rule.http_method);
  }
  return {nullptr, {}, absl::StrJoin(others, ", ")};
}

absl::StatusOr<TextFields> ReadQuery(absl::string_view query) {
  TextFields fields;
  if (query.empty()) return fields;
  for (absl::string_view part : absl::StrSplit(query, '&')) {
    const size_t equals = part.find('=');
    if (equals == absl::string_view::npos) {
      return MakeError(Reason::kFieldMalformed, "expected a query of the form field=value&...");
    }
    std::optional<std::string> name = PercentDecoded(part.substr(0, equals), true);
    std::optional<std::string> value = PercentDecoded(part.substr(equals + 1), true);
    if (!name.has_value() || !value.has_value() || !IsUtf8(*name) || !IsUtf8(*value)) {
      return MakeError(Reason::kFieldMalformed, "expected a percent-encoded query in UTF-8");
    }
    fields.emplace_back(*std::move(name), *std::move(value));
  }
  return fields;
}

absl::Status ReadRestRequest(const RestRule& rule, const TextFields& path, const TextFields& query,
                             absl::string_view body, Message* message) {
  if (rule.http_method == "GET") {
    TextFields all = path;
    all.insert(all.end(), query.begin(), query.end());
    return ReadTextFields(all, message);
  }
  if (!query.empty()) {
    return MakeError(Reason::kFieldMalformed, "expected no query: the body is the request");
  }
  MRG_RETURN_IF_ERROR(ReadJsonMessage(body, message));
  if (path.empty()) return absl::OkStatus();
  for (const std::string& variable : rule.path.variables()) {
    const auto* const field = message->GetDescriptor()->FindFieldByName(FirstStep(variable));
    const bool is_set = field != nullptr && !field->is_repeated() &&
                        message->GetReflection()->HasField(*message, field);
    if (is_set) {
      return MakeFieldError(Reason::kFieldMalformed, variable, "expected in the path alone");
    }
  }
  const std::unique_ptr<Message> of_path(message->New());
  MRG_RETURN_IF_ERROR(ReadTextFields(path, of_path.get()));
  message->MergeFrom(*of_path);
  return absl::OkStatus();
}

}  // namespace mrg
