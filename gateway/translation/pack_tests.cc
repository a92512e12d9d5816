#include "gateway/translation/pack_tests.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/translation/document_reader.h"
#include "gateway/translation/document_writer.h"

namespace mrg {
namespace {

using gateway::v1::Element;
using gateway::v1::PackTest;
using gateway::v1::PackTestElement;

constexpr absl::string_view kLongTerm = "长期";

// Element id -> its canonical bytes: what two documents are compared by.
using Content = std::map<std::string, std::string>;

Content ContentOf(const std::vector<Element>& elements) {
  Content content;
  for (const Element& element : elements) content[element.id()] = CanonicalBytes(element);
  return content;
}

// Result: the first id at which the two differ; empty when they are the same.
std::string FirstDifference(const Content& one, const Content& other) {
  for (const auto& [id, bytes] : one) {
    const auto found = other.find(id);
    if (found == other.end() || found->second != bytes) return id;
  }
  for (const auto& [id, bytes] : other) {
    if (one.count(id) == 0) return id;
  }
  return std::string();
}

// Turns the plain words of a test into an element.
std::optional<Element> ElementOf(const PackTestElement& words, const Dictionary& dictionary) {
  const gateway::v1::DictionaryElement* rule = dictionary.Find(words.id());
  if (rule == nullptr || words.values().empty()) return std::nullopt;
  Element element;
  element.set_id(words.id());
  if (rule->may_be_long_term() && words.values_size() == 1 && words.values(0) == kLongTerm) {
    element.set_long_term(true);
    return element;
  }
  for (const std::string& word : words.values()) {
    gateway::v1::Value* value = element.add_values();
    switch (rule->type()) {
      case gateway::v1::ELEMENT_TYPE_DATE:
        value->set_date(word);
        break;
      case gateway::v1::ELEMENT_TYPE_INTEGER: {
        int64_t number = 0;
        if (!absl::SimpleAtoi(word, &number)) return std::nullopt;
        value->set_integer(number);
        break;
      }
      case gateway::v1::ELEMENT_TYPE_DECIMAL: {
        const std::vector<std::string> parts = absl::StrSplit(word, ' ');
        if (parts.size() != 3) return std::nullopt;
        value->mutable_decimal()->set_value(parts[0]);
        value->mutable_decimal()->set_unit(parts[1]);
        value->mutable_decimal()->set_currency(parts[2]);
        break;
      }
      case gateway::v1::ELEMENT_TYPE_CODE:
        value->mutable_code()->set_list(rule->code_list());
        value->mutable_code()->set_value(word);
        break;
      default:
        value->set_text(word);
        break;
    }
  }
  return element;
}

// Runs one test.
class TestRun {
 public:
  // `part`: of the file, where the test stands.
  TestRun(const PackTest& test, std::string part, const PackProgram& program)
      : test_(test), part_(std::move(part)), program_(program) {}

  absl::Status Run() {
    std::vector<Element> expected;
    for (const PackTestElement& words : test_.elements()) {
      std::optional<Element> element = ElementOf(words, program_.dictionary);
      if (!element.has_value()) return Fail("expected a value of the type of ", words.id());
      released_.insert(words.id());
      expected.push_back(*std::move(element));
    }
    if (released_.size() != expected.size()) return Fail("an element stands twice", "");
    content_ = ContentOf(expected);
    if (!test_.document().empty()) MRG_RETURN_IF_ERROR(CheckReading());
    return CheckWriting(expected);
  }

 private:
  absl::Status CheckReading() const {
    const absl::StatusOr<ReadResult> read = ReadByProgram(program_, test_.document());
    std::vector<std::string> found;
    Content content;
    if (read.ok()) {
      for (const ElementIssue& issue : read->issues) {
        found.push_back(
            absl::StrCat(issue.element_id, " ", issue.path, " ", TokenOf(issue.reason)));
      }
      for (const std::string& path : read->undeclared) {
        found.push_back(absl::StrCat(" ", path, " ", TokenOf(Reason::kUndeclaredMember)));
      }
      content = ContentOf(read->elements);
    } else {
      found.push_back(
          absl::StrCat("  ", TokenOf(ReasonOf(read.status()).value_or(Reason::kInvariantBroken))));
    }
    std::vector<std::string> expected;
    for (const auto& issue : test_.issues()) {
      expected.push_back(absl::StrCat(issue.element_id(), " ", issue.path(), " ", issue.reason()));
    }
    std::sort(found.begin(), found.end());
    std::sort(expected.begin(), expected.end());
    if (found != expected) return Fail("other issues: ", absl::StrJoin(found, "; "));
    const std::string difference = FirstDifference(content, content_);
    if (!difference.empty()) return Fail("reads otherwise: ", difference);
    return absl::OkStatus();
  }

  absl::Status CheckWriting(const std::vector<Element>& elements) const {
    // Only what was read without a fault can be expected to come back whole.
    if (test_.written().empty() && test_.issues_size() != 0) return absl::OkStatus();
    const WriteResult result = WriteByProgram(program_, elements, released_);
    if (!test_.written().empty() && result.document != test_.written()) {
      return Fail("writes otherwise: ", result.document);
    }
    std::set<std::string> lost;
    for (const auto& report : result.reports) {
      if (report.outcome() != gateway::v1::ELEMENT_OUTCOME_GIVEN) lost.insert(report.element_id());
    }
    if (lost != std::set<std::string>(test_.lost().begin(), test_.lost().end())) {
      return Fail("loses: ", absl::StrJoin(lost, ", "));
    }
    return CheckReadingBack(result.document, lost);
  }

  // What was written and not lost must be read again as it was.
  absl::Status CheckReadingBack(const std::string& document,
                                const std::set<std::string>& lost) const {
    const absl::StatusOr<ReadResult> read = ReadByProgram(program_, document);
    if (!read.ok()) return Fail("cannot read what it writes: ", read.status().message());
    if (!read->issues.empty()) {
      return Fail("cannot read what it writes: ", read->issues.front().path);
    }
    Content found = ContentOf(read->elements);
    Content kept = content_;
    for (const std::string& id : lost) {
      found.erase(id);
      kept.erase(id);
    }
    const std::string difference = FirstDifference(found, kept);
    if (!difference.empty()) return Fail("reads otherwise what it writes: ", difference);
    return absl::OkStatus();
  }

  absl::Status Fail(absl::string_view what, absl::string_view which) const {
    return MakeFieldError(Reason::kPackInvalid, part_,
                          absl::StrCat("test ", test_.name(), ": ", what, which));
  }

  const PackTest& test_;
  const std::string part_;
  const PackProgram& program_;
  std::set<std::string> released_;
  Content content_;
};

}  // namespace

absl::Status RunPackTests(const gateway::v1::MappingPack& pack, const PackProgram& program) {
  for (int i = 0; i < pack.tests_size(); ++i) {
    MRG_RETURN_IF_ERROR(TestRun(pack.tests(i), absl::StrCat("tests[", i, "]"), program).Run());
  }
  return absl::OkStatus();
}

}  // namespace mrg
