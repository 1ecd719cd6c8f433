using MtlStudio.Core.Datasets;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Library;

/// <summary>A kept dataset in one of its versions.</summary>
public sealed record DatasetEntry(LibraryItem Item, LibraryVersion Version, DatasetManifest Manifest);

/// <summary>A kept model in one of its versions.</summary>
public sealed record ModelEntry(LibraryItem Item, LibraryVersion Version, ModelFacts Facts);

/// <summary>A kept task in one of its versions.</summary>
/// <param name="Task">With the item's name; share and loss weight are a mix's.</param>
public sealed record TaskEntry(LibraryItem Item, LibraryVersion Version, TaskSpec Task);

/// <summary>A kept mix in one of its versions.</summary>
/// <param name="Tasks">In the mix's order.</param>
public sealed record MixEntry(LibraryItem Item, LibraryVersion Version, MixDefinition Mix, IReadOnlyList<MixTask> Tasks)
{
    /// <summary>The mix's tasks as a run's spec has them.</summary>
    public IReadOnlyList<TaskSpec> Specs => [.. Tasks.Select(task => task.Entry.Task with { Share = task.Member.Share, LossWeight = task.Member.LossWeight })];
}

/// <summary>One task of a mix: what the mix says of it, and the task's version.</summary>
public sealed record MixTask(MixMember Member, TaskEntry Entry)
{
    /// <summary>The task has a newer version than the one the mix uses.</summary>
    public bool IsOutdated => Entry.Version.Number < Entry.Item.Latest;
}

/// <summary>What an import kept.</summary>
/// <param name="AlreadyThere">The same content had been imported before.</param>
public sealed record KeptDataset(DatasetEntry Entry, bool AlreadyThere);
