using System.Net;
using Microsoft.AspNetCore.Http;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Tests.Supervision;

public sealed class LoopbackOnlyFilterTests
{
    [Theory]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("::1", null, true)]
    [InlineData("::ffff:127.0.0.1", null, true)]
    [InlineData("192.168.1.7", null, false)]
    [InlineData("127.0.0.1", "203.0.113.9", false)]
    [InlineData(null, null, false)]
    public void IsAllowed_OnlyForThisMachineItself(string? address, string? forwardedFor, bool allowed)
    {
        var request = new DefaultHttpContext();
        request.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        if (forwardedFor is not null) request.Request.Headers["X-Forwarded-For"] = forwardedFor;
        Assert.Equal(allowed, LoopbackOnlyFilter.IsAllowed(request));
    }
}
