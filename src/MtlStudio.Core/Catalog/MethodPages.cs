using System.Globalization;
using System.Text;

namespace MtlStudio.Core.Catalog;

/// <summary>Writes docs/methods from the catalog, a page a kind, and the page of the spec's fields.</summary>
public static class MethodPages
{
    /// <summary>File name → Markdown.</summary>
    public static IReadOnlyDictionary<string, string> All()
    {
        var pages = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["spec.md"] = SpecPage() };
        foreach (var kind in Enum.GetValues<MethodKind>()) pages[$"{FileName(kind)}.md"] = KindPage(kind);
        return pages;
    }

    private static string FileName(MethodKind kind) => kind switch
    {
        MethodKind.Policy => "policies",
        MethodKind.Sampler => "samplers",
        MethodKind.Peft => "adapters",
        MethodKind.Optimizer => "optimizers",
        MethodKind.Schedule => "schedules",
        MethodKind.Curriculum => "curricula",
        _ => "metrics",
    };

    private static string KindPage(MethodKind kind)
    {
        var text = Head(char.ToUpperInvariant(FileName(kind)[0]) + FileName(kind)[1..]);
        foreach (var method in MethodCatalog.OfKind(kind))
        {
            text.Append($"## {method.Title} (`{method.Name}`)\n\n{method.Summary}");
            if (method.Helps != "") text.Append($" {method.Helps}");
            text.Append("\n\n");
            if (method.Formula != "") text.Append($"    {method.Formula}\n\n");
            if (method.Cost != "") text.Append($"Cost: {method.Cost}\n\n");
            if (method.NeedsEveryTask) text.Append("Needs every active task in each step.\n\n");
            if (method.ReadsPolicySplit) text.Append("Sets training examples of each task aside to read held-out loss on them.\n\n");
            if (method.ReadsReference) text.Append("Takes a reference run's losses off its own where `weighting.reference` names one.\n\n");
            if (method.NeedsWholeGradients) text.Append("Needs the task gradients whole: neither layers nor a sketch.\n\n");
            if (method.Paper != "") text.Append($"Source: {method.Paper}\n\n");
            if (method.Parameters.Count > 0) Table(text, "Option", method.Parameters);
        }
        return text.ToString().TrimEnd() + "\n";
    }

    private static string SpecPage()
    {
        var text = Head("The run spec");
        text.Append("A run is described wholly by one JSON object. Every field has a default but those marked *required*; a field that is not listed here is refused.\n\n");
        foreach (var section in SpecFields.All.GroupBy(field => field.Section))
        {
            text.Append($"## {section.Key}\n\n");
            Table(text, "Field", section);
        }
        return text.ToString().TrimEnd() + "\n";
    }

    private static StringBuilder Head(string title) =>
        new($"# {title}\n\n<!-- Written by `mtl catalog --docs docs/methods`; change the catalog, not this page. -->\n\n");

    private static void Table(StringBuilder text, string first, IEnumerable<ParameterDescriptor> rows)
    {
        text.Append($"| {first} | Takes | Default | Meaning |\n| --- | --- | --- | --- |\n");
        foreach (var row in rows) text.Append($"| `{row.Name}` | {Takes(row)} | {Default(row)} | {row.Help.Replace("|", "\\|")} |\n");
        text.Append('\n');
    }

    private static string Takes(ParameterDescriptor row)
    {
        var type = row.Type switch
        {
            ParameterType.Choice => string.Join(", ", row.Choices.Select(choice => $"`{choice}`")),
            ParameterType.TextList => "list of texts",
            ParameterType.TextMap => "object of texts",
            ParameterType.Method => "`{ \"name\": …, \"options\": { … } }`",
            ParameterType.Integer => "whole number",
            _ => row.Type.ToString().ToLowerInvariant(),
        };
        return string.Join(", ", new[] { type, row.Range, row.Unit ?? "" }.Where(part => part != ""));
    }

    private static string Default(ParameterDescriptor row) => row.Default switch
    {
        null => row.Required ? "*required*" : "–",
        IEnumerable<string> list => string.Join(", ", list.Select(item => $"`{item}`")),
        bool flag => flag ? "`true`" : "`false`",
        var value => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };
}
