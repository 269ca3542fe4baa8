import DequeModule

/// curl's configuration file as a list of jobs: `url = "..."` with its `output = "..."`, and options that hold for all
/// URLs up to `next`.
///
/// An option holds for URLs above it too, as with curl, so jobs come out when their section ends, at `next` or at the end
/// of the file.
struct CurlConfigLines: LineFormat {
    private let rules: InputRules
    private var section: CurlConfigSection
    /// What is complete and not given yet, in the order of the file.
    private var due: Deque<Due> = []

    private enum Due {
        case section(CurlConfigSection)
        case problem(line: Int, String)
    }

    init(rules: InputRules) {
        self.rules = rules
        section = CurlConfigSection(rules: rules)
    }

    mutating func read(_ line: ArraySlice<UInt8>, number: Int, into batch: inout InputBatch) {
        guard !line.isInsignificant else { return }
        do throws(JobError) {
            let option = try CurlConfigLine(line)
            if CurlConfigSection.canonicalName(option.name) == "next" {
                endSection()
            } else {
                try section.apply(option, line: number)
            }
        } catch {
            due.append(.problem(line: number, error.description))
            // Without what this line asked for, the section's URLs would be fetched in another way than was meant.
            section.spoilingLine = section.spoilingLine ?? number
        }
    }

    mutating func finish(into batch: inout InputBatch) { endSection() }

    private mutating func endSection() {
        due.append(.section(section))
        section = CurlConfigSection(rules: rules)
    }

    mutating func addDue(to batch: inout InputBatch, upTo limit: Int) -> Bool {
        while let first = due.popFirst() {
            switch first {
            case .problem(let line, let message): batch.complain(line, message)
            case .section(var section):
                guard section.emit(into: &batch, upTo: limit) else { continue }
                due.prepend(.section(section))
                return true
            }
        }
        return false
    }

    /// True if `name` is an option that a list may have: what tells this format from junk.
    static func knows(_ name: String) -> Bool {
        let name = CurlConfigSection.canonicalName(name)
        return name == "next" || CurlConfigSection.isKnown(name)
    }
}
