using System;

namespace VhdxFuse.Crash.Tests.Independent;

/// <summary>An image that no reader should have to see.</summary>
internal sealed class BadImageException(string message) : Exception(message);
