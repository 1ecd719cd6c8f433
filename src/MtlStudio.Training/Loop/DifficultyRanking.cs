using MtlStudio.Core.Curricula;
using MtlStudio.Training.Batching;

namespace MtlStudio.Training.Loop;

/// <summary>Orders the trained tasks' examples by their losses: once, under the untuned model, or again every few steps under the present one.</summary>
/// <param name="trained">Tasks that name a column of their own keep its order.</param>
/// <param name="losses">Mean loss of each example of a task, nats a token.</param>
public sealed class DifficultyRanking(Curriculum curriculum, IReadOnlyList<TrainingTask> trained, Func<string, IReadOnlyList<LabeledIds>, double[]> losses)
{
    public bool IsDue(LoopState state) => state.RankedAt < 0 || (curriculum.RankEvery > 0 && state.Step >= state.RankedAt + curriculum.RankEvery);

    public LoopState Rank(LoopState state, RunRecorder recorder)
    {
        var ranks = trained.Where(task => task.Facts.Ranks is null)
            .ToDictionary(task => task.Name, task => (IReadOnlyList<int>)curriculum.Ranks(losses(task.Name, task.Train)));
        recorder.Say("info", $"Measured the losses of {trained.Sum(task => task.Train.Count):#,0} examples for the curriculum at step {state.Step}");
        return state with { RankedAt = state.Step, Sampler = state.Sampler with { Ranks = ranks } };
    }
}
