using MtlStudio.Core.Runs;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Tests.Charts;

public sealed class LossUnitTests
{
    [Theory]
    [InlineData(TaskKinds.Regression, "squared error")]
    [InlineData(TaskKinds.Tagging, "nats")]
    [InlineData(TaskKinds.Generation, "nats")]
    public void OfKind_IsTheKindsOwn(string kind, string unit) => Assert.Equal(unit, LossUnit.OfKind(kind));

    [Theory]
    [InlineData("pearson", "squared error")]
    [InlineData("rmse", "squared error")]
    [InlineData("accuracy", "nats")]
    [InlineData("", "nats")]
    public void OfMetric_IsThatOfTheKindItScores(string metric, string unit) => Assert.Equal(unit, LossUnit.OfMetric(metric));
}
