using MtlStudio.Training.Generation;
using MtlStudio.Training.Models;
using MtlStudio.Training.Tests.Models;
using static TorchSharp.torch;

namespace MtlStudio.Training.Tests.Generation;

public sealed class ContinuationScorerTests
{
    [Theory]
    [InlineData("llama", 8192)]
    [InlineData("llama-sharded", 30)]
    public void Score_EqualsThatOfEachTextAlone_WhenContinuationsShareAPass(string folder, int tokensPerPass)
    {
        using var model = CausalLm.Load(Golden.Hf(folder).Folder);
        int[][] prompts = [[5, 9, 33, 2], [7], [12, 4, 4, 90, 31, 8]];
        int[][][] continuations = [[[4], [17, 22, 3], [], [90, 90]], [[1, 2, 3, 4]], [[55], [9], [120]]];
        var scores = ContinuationScorer.Score(model, prompts, continuations, tokensPerPass, TestContext.Current.CancellationToken);
        for (var i = 0; i < prompts.Length; i++)
            for (var j = 0; j < continuations[i].Length; j++)
            {
                Assert.Equal(continuations[i][j].Length, scores[i][j].Tokens);
                Assert.Equal(Alone(model, prompts[i], continuations[i][j]), scores[i][j].Sum, 1e-4);
            }
        Assert.Equal(0, scores[0][2].Sum);
    }

    [Fact]
    public void Score_RefusesATokenBeyondTheVocabulary_WhenGivenOne()
    {
        using var model = CausalLm.Load(Golden.Hf("llama").Folder);
        Assert.Throws<ArgumentOutOfRangeException>(() => ContinuationScorer.Score(model, [[1]], [[[160]]], cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => ContinuationScorer.Score(model, [[]], [[[1]]], cancellation: TestContext.Current.CancellationToken));
    }

    private static double Alone(CausalLm model, int[] prompt, int[] continuation)
    {
        if (continuation.Length == 0) return 0;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        long[] ids = [.. prompt, .. continuation];
        long[] labels = [.. prompt.Select(_ => -100L), .. continuation];
        var hidden = model.Hidden(tensor(ids).view(1, -1), AttentionLayout.Causal(1, ids.Length));
        return -TokenLoss.Sum(model, hidden, LabelPositions.Of(labels, 1, ids.Length)).item<float>();
    }
}
