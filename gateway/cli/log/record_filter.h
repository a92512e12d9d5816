#ifndef MRG_GATEWAY_CLI_LOG_RECORD_FILTER_H_
#define MRG_GATEWAY_CLI_LOG_RECORD_FILTER_H_

// Which records of a log an auditor wants to see, by what a record holds: a licence, a holder or an
// element can be no part of it.

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "mrg/audit/v1/audit.pb.h"

namespace mrg {

class RecordFilter {
 public:
  // Adds --since, --type, --using, --issuing, --outcome and --reason to `app`.
  void AddTo(CLI::App& app);

  // To be called once the options were read. Errors: FIELD_MALFORMED naming the option.
  absl::Status Parse(absl::Time now);

  // Result: false when every record passes.
  bool narrows() const;
  // InfinitePast without --since.
  absl::Time since() const { return since_; }
  // REQUIRES: Parse said OK.
  bool Passes(const audit::v1::DecisionRecord& record) const;

 private:
  std::string since_text_;
  absl::Time since_ = absl::InfinitePast();
  std::string type_code_;
  std::string using_;
  std::string issuing_;
  std::string outcome_;  // token, without "OUTCOME_"
  std::string reason_;
};

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_LOG_RECORD_FILTER_H_
