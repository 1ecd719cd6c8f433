using System.Globalization;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Reviews;

/// <summary>A review as a file: every item, every output, every vote, with the runs' names.</summary>
internal static class ReviewExport
{
    private const int PageSize = 100;

    /// <summary>A row a vote; an item without votes is one row with empty vote columns.</summary>
    public static async Task CsvAsync(Review review, ReviewVotes votes, Stream stream, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        await writer.WriteAsync(Row(["item", "task", "split", "example", "measure", "reviewer", "choice", "chosen_run", "chosen_name", "informed", "revealed", "time", "tags", "note", "input", "references",
            .. review.Runs.SelectMany(run => new[] { $"run_{run.Place + 1}", $"name_{run.Place + 1}", $"step_{run.Place + 1}", $"position_{run.Place + 1}", $"cut_{run.Place + 1}", $"scores_{run.Place + 1}", $"output_{run.Place + 1}" })]));
        await foreach (var (item, own) in ItemsAsync(review, votes, cancellation))
            foreach (var vote in own.DefaultIfEmpty())
                await writer.WriteAsync(Row(Cells(review, item, vote)));
    }

    /// <summary>A line an item, with its outputs and votes inside.</summary>
    public static async Task JsonlAsync(Review review, ReviewVotes votes, Stream stream, CancellationToken cancellation)
    {
        await foreach (var (item, own) in ItemsAsync(review, votes, cancellation))
        {
            await JsonSerializer.SerializeAsync(stream, new
            {
                review = review.Id,
                item = item.Number,
                item.Task,
                review.Split,
                item.Example,
                item.Measure,
                item.Input,
                References = item.ReadReferences(),
                Outputs = item.Shown().Select((output, position) => ReviewOutputView.Of(new(review, item, null, Open: true), output, position)),
                Votes = own.Select(vote => ReviewVoteView.Of(vote, item)),
            }, WireJson.Compact, cancellation);
            await stream.WriteAsync("\n"u8.ToArray(), cancellation);
        }
    }

    private static async IAsyncEnumerable<(ReviewItem Item, IReadOnlyList<ReviewVote> Votes)> ItemsAsync(
        Review review, ReviewVotes votes, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var skip = 0; skip < review.ItemCount; skip += PageSize)
            foreach (var pair in await votes.PageAsync(review.Id, skip, PageSize, cancellation)) yield return pair;
    }

    private static IEnumerable<string> Cells(Review review, ReviewItem item, ReviewVote? vote)
    {
        var view = vote is null ? null : ReviewVoteView.Of(vote, item);
        var chosen = vote?.Place is { } place ? review.Runs.Single(run => run.Place == place) : null;
        return
        [
            Text(item.Number), item.Task, review.Split, Text(item.Example), Text(item.Measure), vote?.Reviewer ?? "", view?.Choice ?? "", Text(chosen?.RunId), chosen?.Name ?? "",
            vote is null ? "" : vote.Informed ? "yes" : "no", vote is null ? "" : vote.Revealed ? "yes" : "no", vote?.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "",
            view is null ? "" : string.Join("; ", view.Tags.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value.Select(tag => $"{pair.Key}: {tag}"))), vote?.Note ?? "",
            item.Input, string.Join("\n", item.ReadReferences()),
            .. review.Runs.SelectMany(run => Cells(run, item, item.Outputs.Single(output => output.Place == run.Place))),
        ];
    }

    private static IEnumerable<string> Cells(ReviewRun run, ReviewItem item, ReviewOutput output) =>
        [Text(run.RunId), run.Name, Text(run.Step), ReviewWords.Letter(item.PositionOf(run.Place)), output.Cut ? "yes" : "no", output.ScoresJson, output.Text];

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    /// <summary>RFC 4180. Texts stay as they are, also where a spreadsheet would take them for a formula: the file is data.</summary>
    private static string Row(IEnumerable<string> cells) =>
        string.Join(',', cells.Select(cell => cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) + "\r\n";
}
