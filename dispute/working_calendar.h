#ifndef MRG_DISPUTE_WORKING_CALENDAR_H_
#define MRG_DISPUTE_WORKING_CALENDAR_H_

// Working days of Asia/Shanghai, from the calendars that the hub publishes for each year
// (`calendar/<year>`, mrg.dispute.v1.WorkingCalendar). Nothing is guessed from weekends: in a year
// without calendar every day may turn out to be a working day, so that a term which runs into it
// ends at the earliest possible day, and is provisional.
//
// Thread-safe: an immutable value.

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "mrg/dispute/v1/working_calendar.pb.h"

namespace mrg {

// Where a term ends.
struct TermEnd {
  absl::Time due_at;         // the term is over from this moment on: midnight after its last day
  bool provisional = false;  // the term touches a day of a year without calendar
};

class WorkingCalendar {
 public:
  // Knows no year.
  WorkingCalendar() = default;

  // Adds one year, replacing what was known of it.
  // Errors: METADATA_MALFORMED when the calendar is not what working_calendar.proto says; the
  // calendar is then as before.
  absl::Status Add(const dispute::v1::WorkingCalendar& year);

  // The same, from the bytes of the target, a textproto file of at most 64 KiB.
  absl::Status AddText(absl::string_view textproto);

  // Result: the years that are known, in order.
  std::vector<absl::civil_year_t> Years() const;

  // Result: whether `day` is a working day; nullopt when its year is not known.
  std::optional<bool> IsWorkingDay(absl::CivilDay day) const;

  // Result: the end of a term of `working_days` days that begins at `start`. The first day counted
  // is the working day after the day of `start`; the last one counts to its end.
  // Ranges: working_days in [1, 366].
  TermEnd EndOfTerm(absl::Time start, int working_days) const;

 private:
  struct Year {
    std::set<absl::CivilDay> off;
    std::set<absl::CivilDay> work_days;
  };

  std::map<absl::civil_year_t, Year> years_;
};

}  // namespace mrg

#endif  // MRG_DISPUTE_WORKING_CALENDAR_H_
