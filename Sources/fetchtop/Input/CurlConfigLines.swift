/// curl's configuration file as a list of jobs: `url = "..."` with its `output = "..."`, and options that hold for all
/// URLs up to `next`.
///
/// An option holds for URLs above it too, as with curl, so jobs come out when their section ends, at `next` or at the end
/// of the file.
struct CurlConfigLines: LineFormat {
    private let rules: InputRules
    private var section: CurlConfigSection

    init(rules: InputRules) {
        self.rules = rules
        section = CurlConfigSection(rules: rules)
    }

    mutating func read(_ line: ArraySlice<UInt8>, number: Int, into batch: inout InputBatch) {
        guard !line.isInsignificant else { return }
        do throws(JobError) {
            let option = try CurlConfigLine(line)
            if CurlConfigSection.canonicalName(option.name) == "next" {
                finish(into: &batch)
            } else {
                try section.apply(option, line: number)
            }
        } catch {
            batch.complain(number, error.description)
            // Without what this line asked for, the section's URLs would be fetched in another way than was meant.
            section.spoilingLine = section.spoilingLine ?? number
        }
    }

    mutating func finish(into batch: inout InputBatch) {
        section.emit(into: &batch)
        section = CurlConfigSection(rules: rules)
    }

    /// True if `name` is an option that a list may have: what tells this format from junk.
    static func knows(_ name: String) -> Bool {
        let name = CurlConfigSection.canonicalName(name)
        return name == "next" || CurlConfigSection.isKnown(name)
    }
}
