using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Samples;

namespace MtlStudio.Web.Library;

/// <summary>Puts the presets' tasks and mixes into a library that was never filled: something to look at and to change. Whoever deletes them is rid of them.</summary>
public sealed class SampleShelf(LibraryStore store, DataFolder data)
{
    private const string Mark = "library.samples";

    public async Task FillAsync(IReadOnlyList<Preset> presets, CancellationToken cancellation = default)
    {
        if (await store.IsMarkedAsync(Mark, cancellation)) return;
        foreach (var preset in presets)
        {
            var members = new List<MixMember>();
            foreach (var task in preset.Spec.Tasks)
            {
                var kept = await KeepAsync(task, cancellation);
                members.Add(new() { Task = kept.Item.Id, Version = kept.Version.Number, Share = task.Share, LossWeight = task.LossWeight });
            }
            var mix = LibraryJson.Write(new MixDefinition { Members = members, Sampler = preset.Spec.Sampler });
            // Presets that differ in the policy alone are one mix.
            await store.KeepAsync(LibraryKind.Mix, preset.Name, new(LibraryJson.Hash(mix), mix, members.Count, 0, [.. members.Select(member => LibraryLink.ItemKey(LibraryKind.Task, member.Task))]),
                new() { Note = "A mix of the samples." }, cancellation: cancellation);
        }
        await store.MarkAsync(Mark, cancellation);
    }

    private async Task<LibraryEntry> KeepAsync(TaskSpec task, CancellationToken cancellation)
    {
        var body = LibraryJson.Write(TaskCheck.Bare(task));
        return await store.KeepAsync(LibraryKind.Task, task.Name, new(LibraryJson.Hash(body), body, TrainingSize.Of(task.Data, data), 0, [task.Data.Dataset!]),
            new() { Note = "One of the samples." }, cancellation: cancellation);
    }
}
