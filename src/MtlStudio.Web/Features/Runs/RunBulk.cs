using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Features.Runs;

/// <summary>What was done to several runs: to which, and why not to the others.</summary>
public sealed record BulkResult(IReadOnlyList<long> Done, IReadOnlyList<string> Refused)
{
    /// <summary>"3 runs stopped; run 5 is finished: …".</summary>
    public string Said(string done)
    {
        var first = Done.Count == 0 ? $"Nothing {done}" : $"{(Done.Count == 1 ? $"Run {Done[0]}" : $"{Done.Count:#,0} runs")} {done}";
        return Refused.Count == 0 ? first : $"{first}. {Refused[0]}{(Refused.Count > 1 ? $" (and {Refused.Count - 1} more)" : "")}";
    }
}

/// <summary>Does one thing to many runs; what one of them refuses stops no other.</summary>
public sealed class RunBulk(RunCommands commands, RunStore store, RunMoves moves)
{
    public Task<BulkResult> StopAsync(IEnumerable<long> ids) => EachAsync(ids, id => commands.StopAsync(id));

    public Task<BulkResult> DeleteAsync(IEnumerable<long> ids) => EachAsync(ids, id => commands.DeleteAsync(id));

    public Task<BulkResult> RestoreAsync(IEnumerable<long> ids) => EachAsync(ids, id => commands.RestoreAsync(id));

    public Task<BulkResult> ArchiveAsync(IEnumerable<long> ids, bool archived) => ChangeAsync(ids, run => run.Archived = archived);

    public Task<BulkResult> NoteAsync(long id, string note) => ChangeAsync([id], run => run.Note = string.IsNullOrWhiteSpace(note) ? null : note.Trim());

    public Task<BulkResult> RenameAsync(long id, string name) => ChangeAsync([id], run => run.Name = name.Trim());

    /// <summary>Adds a tag, or takes it away.</summary>
    public Task<BulkResult> TagAsync(IEnumerable<long> ids, string tag, bool add) => ChangeAsync(ids, run =>
    {
        if (!add) run.Tags.RemoveAll(old => old.Tag == tag);
        else if (run.Tags.All(old => old.Tag != tag)) run.Tags.Add(new() { RunId = run.Id, Tag = tag });
    });

    private Task<BulkResult> ChangeAsync(IEnumerable<long> ids, Action<Run> change) => EachAsync(ids, async id => moves.Announce(await store.UpdateAsync(id, change)));

    private static async Task<BulkResult> EachAsync(IEnumerable<long> ids, Func<long, Task> act)
    {
        var (done, refused) = (new List<long>(), new List<string>());
        foreach (var id in ids)
            try
            {
                await act(id);
                done.Add(id);
            }
            catch (Exception reason) when (reason is RunStateException or RunNotFoundException or InvalidInputException)
            {
                refused.Add(reason.Message);
            }
        return new(done, refused);
    }
}
