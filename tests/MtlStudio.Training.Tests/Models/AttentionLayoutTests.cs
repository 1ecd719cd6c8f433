using MtlStudio.Training.Models;

namespace MtlStudio.Training.Tests.Models;

public sealed class AttentionLayoutTests
{
    [Fact]
    public void LeftPadded_CountsPositionsFromTheFirstToken_AndIsPlainWithoutPadding()
    {
        var layout = AttentionLayout.LeftPadded([2, 4], 4);
        Assert.Equal([0, 0, 0, 1, 0, 1, 2, 3], layout.Positions);
        Assert.Equal([-1, -1, 0, 0, 0, 0, 0, 0], layout.Segments);
        Assert.Equal(4, layout.PositionCount);
        Assert.Null(AttentionLayout.LeftPadded([4, 4], 4).Segments);
    }

    [Fact]
    public void Packed_RestartsPositions_AndIsPlainWithOneDocumentARow()
    {
        var layout = AttentionLayout.Packed([[2, 1], [3]], 4);
        Assert.Equal([0, 1, 0, 0, 0, 1, 2, 0], layout.Positions);
        Assert.Equal([0, 0, 1, -1, 0, 0, 0, -1], layout.Segments);
        Assert.Null(AttentionLayout.Packed([[3], [4], []], 4).Segments);
        Assert.Throws<ArgumentException>(() => AttentionLayout.Packed([[3, 2]], 4));
    }

    [Fact]
    public void Branching_LetsContinuationsSeeThePromptOnly()
    {
        var layout = AttentionLayout.Branching([2], [[1, 2]], 6);
        Assert.Equal([0, 1, 2, 2, 3, 0], layout.Positions);
        Assert.Equal([0, 0, 1, 2, 2, -1], layout.Segments);
        Assert.Equal([-2, -2, 0, 0, 0, -2], layout.Parents);
    }
}
