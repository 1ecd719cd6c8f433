using System.Globalization;
using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>What a review says in words.</summary>
public static class ReviewWords
{
    /// <summary>As in "of the 50 most changed".</summary>
    public static string Filter(ReviewFilter filter) => filter switch
    {
        ReviewFilter.Changed => "most changed",
        ReviewFilter.Worst => "worst",
        ReviewFilter.Disagreeing => "most disagreeing",
        ReviewFilter.Cut => "cut by the token limit",
        ReviewFilter.Chosen => "chosen one by one",
        _ => "random",
    };

    /// <summary>What the results speak for: a filter's choice never speaks for the task.</summary>
    public static string Scope(Review review) => review.Filter switch
    {
        ReviewFilter.Random when review.ItemCount == review.Available => $"of all {review.Available:#,0} examples{Of(review)} that the runs have in common",
        ReviewFilter.Random => $"of {review.ItemCount:#,0} examples drawn from {review.Available:#,0}{Of(review)}",
        ReviewFilter.Cut => $"of {review.ItemCount:#,0} examples{Of(review)} with an output cut by the token limit, not of the task",
        ReviewFilter.Chosen => $"of {review.ItemCount:#,0} examples chosen one by one, not of the task",
        var filter => $"of the {review.ItemCount:#,0} {Filter(filter)}{Of(review)}, not of the task",
    };

    private static string Of(Review review) => review.Slice is { } slice ? $" with {slice}" : "";

    /// <summary>What a reviewer has to know to judge fairly, without saying which output it concerns.</summary>
    public static IReadOnlyList<string> Remarks(ReviewItem item)
    {
        var remarks = new List<string>();
        if (item.Outputs.Select(output => output.Text.Trim()).Distinct().Count() == 1) remarks.Add("All outputs are the same.");
        string[] decodings = [.. item.Outputs.Select(output => output.Decoding).Distinct().Order(StringComparer.Ordinal)];
        if (decodings.Length > 1) remarks.Add($"The outputs were not decoded alike ({string.Join("; ", decodings)}).");
        if (item.Outputs.Any(output => output.Prompt is not null)) remarks.Add("The runs were not prompted alike; the input is one of the prompts.");
        return remarks;
    }

    /// <summary>A, B, C or D.</summary>
    public static string Letter(int position) => ((char)('A' + position)).ToString();

    /// <summary>How a run answers a task: "greedy, at most 64 tokens".</summary>
    internal static string Decoding(RunSpec spec, string task)
    {
        var of = spec.Tasks.First(one => one.Name == task);
        if (of.Kind == "classification") return "label by likelihood";
        var how = spec.Evaluation.Decoding;
        var parts = new List<string> { how.Method == "sample" ? "sampled" : how.Method };
        if (how.Method == "sample")
        {
            parts.Add("temperature " + how.Temperature.ToString("0.###", CultureInfo.InvariantCulture));
            if (how.TopK > 0) parts.Add($"top-k {how.TopK}");
            if (how.TopP < 1) parts.Add("top-p " + how.TopP.ToString("0.###", CultureInfo.InvariantCulture));
        }
        return string.Join(", ", parts.Append($"at most {of.MaxNewTokens} tokens"));
    }
}
