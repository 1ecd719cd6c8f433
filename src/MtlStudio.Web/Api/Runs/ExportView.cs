using System.Globalization;
using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Supervision.Exports;

namespace MtlStudio.Web.Api.Runs;

/// <summary>Which checkpoint to write, and how.</summary>
/// <param name="Checkpoint">A step, or "best" by unified score; left out: the best.</param>
/// <param name="Merged">The whole model instead of the adapter.</param>
public sealed record ExportWish(JsonElement? Checkpoint = null, bool Merged = false)
{
    /// <exception cref="InvalidInputException">It is no step.</exception>
    internal int? Step() => Checkpoint switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text when text.GetString() == "best" => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var step) && step >= 0 => step,
        { ValueKind: JsonValueKind.String } text when int.TryParse(text.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var step) => step,
        { } other => throw new InvalidInputException("checkpoint", $"Checkpoint must be a step or \"best\" (you gave {other.GetRawText()})"),
    };
}

/// <summary>An export, with its progress while it is written.</summary>
/// <param name="Form">"adapter", "merged" or "full".</param>
/// <param name="CreatedAt">UTC, milliseconds since 1970; so are the others.</param>
/// <param name="Bytes">Written so far.</param>
/// <param name="ExpectedBytes">About what it will have.</param>
/// <param name="SecondsLeft">At the pace so far; null where it cannot be told.</param>
/// <param name="Message">Why it failed, and what cures it.</param>
/// <param name="Download">Where to get it as one file, once it is done.</param>
public sealed record ExportView(string Name, int Step, string Form, ExportState State, long CreatedAt, long? StartedAt, long? EndedAt, long Bytes, long ExpectedBytes, double? SecondsLeft, string? Message,
    IReadOnlyList<ArtifactView> Files, string? Download)
{
    internal static ExportView Of(long run, ExportStatus status, DateTimeOffset now)
    {
        var (record, address) = (status.Record, $"{StudioApi.Root}/runs/{run}");
        return new(record.Name, record.Step, record.Form, record.State, record.CreatedAt, record.StartedAt, record.EndedAt, status.Bytes, record.ExpectedBytes, status.TimeLeft(now)?.TotalSeconds, record.Message,
            [.. status.Files.Select(file => new ArtifactView($"exports/{record.Name}/{file.Name}", file.Bytes, record.EndedAt ?? record.CreatedAt, $"{address}/artifacts/exports/{record.Name}/{string.Join('/', file.Name.Split('/').Select(Uri.EscapeDataString))}"))],
            record.State == ExportState.Done ? $"{address}/exports/{record.Name}/download" : null);
    }
}
