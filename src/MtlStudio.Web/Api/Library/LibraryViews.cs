using MtlStudio.Core.Datasets;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Api.Library;

/// <summary>A dataset in one of its versions.</summary>
/// <param name="Hash">64 hexadecimal digits of the version's content.</param>
/// <param name="Reference">How a spec names the version: "sha256:…".</param>
/// <param name="Latest">The number of the newest version.</param>
public sealed record DatasetView(
    long Id, string Name, int Version, int Latest, string Hash, string Reference, string? Note, string? Licence, string? Source, bool Archived,
    IReadOnlyList<string> Columns, IReadOnlyDictionary<string, SplitFile> Splits, IReadOnlyList<SourceFile> Sources, SplitRule? SplitRule, long Bytes, long CreatedAt, long UpdatedAt)
{
    internal static DatasetView Of(DatasetEntry entry) => new(
        entry.Item.Id, entry.Item.Name, entry.Version.Number, entry.Item.Latest, entry.Manifest.Hash, entry.Version.Hash, entry.Item.Note, entry.Item.Licence, entry.Item.Source, entry.Item.Archived,
        entry.Manifest.Columns, entry.Manifest.Splits, entry.Manifest.Sources, entry.Manifest.SplitRule, entry.Version.Bytes, entry.Version.CreatedAt.ToUnixTimeMilliseconds(), entry.Item.UpdatedAt.ToUnixTimeMilliseconds());
}

/// <param name="Reference">How a spec names it: "sha256:…".</param>
/// <param name="AlreadyThere">The same content had been imported before.</param>
public sealed record ImportView(string Reference, bool AlreadyThere, DatasetView Dataset);

/// <summary>A task in one of its versions.</summary>
/// <param name="Task">As a run's spec has it; share and loss weight are a mix's.</param>
/// <param name="Examples">Training examples.</param>
public sealed record TaskView(long Id, string Name, int Version, int Latest, string? Note, bool Archived, TaskSpec Task, long Examples, string? Change, long CreatedAt, long UpdatedAt)
{
    internal static TaskView Of(TaskEntry entry) => new(
        entry.Item.Id, entry.Item.Name, entry.Version.Number, entry.Item.Latest, entry.Item.Note, entry.Item.Archived, entry.Task, entry.Version.Size, entry.Version.Note,
        entry.Version.CreatedAt.ToUnixTimeMilliseconds(), entry.Item.UpdatedAt.ToUnixTimeMilliseconds());
}

/// <summary>A mix in one of its versions.</summary>
public sealed record MixView(
    long Id, string Name, int Version, int Latest, string? Note, bool Archived, IReadOnlyList<MemberView> Members, MethodChoice Sampler, string? Change, long CreatedAt, long UpdatedAt)
{
    internal static MixView Of(MixEntry entry) => new(
        entry.Item.Id, entry.Item.Name, entry.Version.Number, entry.Item.Latest, entry.Item.Note, entry.Item.Archived,
        [.. entry.Tasks.Select(task => new MemberView(task.Entry.Item.Id, task.Entry.Version.Number, task.Entry.Item.Name, task.Entry.Item.Latest, task.Entry.Version.Size, task.Member.Share, task.Member.LossWeight))],
        entry.Mix.Sampler, entry.Version.Note, entry.Version.CreatedAt.ToUnixTimeMilliseconds(), entry.Item.UpdatedAt.ToUnixTimeMilliseconds());
}

/// <summary>One task of a mix.</summary>
/// <param name="Latest">The task's newest version.</param>
/// <param name="Examples">Training examples.</param>
public sealed record MemberView(long Task, int Version, string Name, int Latest, long Examples, double Share, double LossWeight);

/// <summary>A model in one of its versions.</summary>
/// <param name="Hash">64 hexadecimal digits of the version's content.</param>
/// <param name="Reference">How a spec names the version: "sha256:…".</param>
/// <param name="Fault">Why it cannot be trained as it lies there; null: it can.</param>
public sealed record ModelDetails(
    long Id, string Name, int Version, int Latest, string Hash, string Reference, string? Note, string? Licence, string? Source, bool Archived, string Architecture, string ModelType,
    long Parameters, int Layers, int Hidden, int Vocabulary, int ContextLength, IReadOnlyList<string> Files, string? Fault, long Bytes, long CreatedAt, long UpdatedAt)
{
    internal static ModelDetails Of(ModelEntry entry) => new(
        entry.Item.Id, entry.Item.Name, entry.Version.Number, entry.Item.Latest, entry.Version.Hash[Core.IO.DataFolder.HashPrefix.Length..], entry.Version.Hash, entry.Item.Note, entry.Item.Licence, entry.Item.Source, entry.Item.Archived,
        entry.Facts.Architecture, entry.Facts.ModelType, entry.Facts.Parameters, entry.Facts.Layers, entry.Facts.Hidden, entry.Facts.Vocabulary, entry.Facts.ContextLength, entry.Facts.Files, entry.Facts.Fault,
        entry.Version.Bytes, entry.Version.CreatedAt.ToUnixTimeMilliseconds(), entry.Item.UpdatedAt.ToUnixTimeMilliseconds());
}

/// <param name="Reference">How a spec names it: "sha256:…".</param>
public sealed record ModelView(string Reference, ModelDetails Model);
