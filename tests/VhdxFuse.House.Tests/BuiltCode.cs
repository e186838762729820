using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace VhdxFuse.House.Tests;

/// <summary>The built libraries by reflection: the types each type names in its shape and its locals.</summary>
internal static class BuiltCode
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic |
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static Assembly Engine { get; } = Assembly.Load("VhdxFuse.Vhdx");

    public static Assembly Transport { get; } = Assembly.Load("VhdxFuse.Fuse");

    public static IEnumerable<FieldInfo> StaticFields(Assembly assembly) =>
        from type in assembly.GetTypes()
        where !IsGenerated(type)
        from field in type.GetFields(Declared)
        where field.IsStatic && !field.IsLiteral && !IsGenerated(field)
        select field;

    /// <summary>Pairs of a member and a type it names: base types, fields, parameters, results, locals.</summary>
    public static IEnumerable<(string Place, Type Named)> Mentions(Type type)
    {
        IEnumerable<(string Place, Type Named)> shape = type.GetInterfaces().Append(type.BaseType).OfType<Type>()
            .Select(named => (type.FullName!, named))
            .Concat(type.GetFields(Declared).Select(field => ($"{type.FullName}.{field.Name}", field.FieldType)));
        IEnumerable<(string Place, Type Named)> code =
            from method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared))
            from named in TypesOf(method)
            select ($"{type.FullName}.{method.Name}", named);
        return from mention in shape.Concat(code)
               from named in Parts(mention.Named)
               select (mention.Place, named);
    }

    /// <summary>The outermost type, since a nested one lives in its file.</summary>
    public static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type;
    }

    private static IEnumerable<Type> TypesOf(MethodBase method)
    {
        IEnumerable<Type> locals = method.GetMethodBody()?.LocalVariables.Select(local => local.LocalType) ?? [];
        IEnumerable<Type> parameters = method.GetParameters().Select(parameter => parameter.ParameterType);
        Type[] result = method is MethodInfo { ReturnType: var returned } ? [returned] : [];
        return [.. locals, .. parameters, .. result];
    }

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.GetElementType() is { } element)
        {
            return Parts(element);
        }

        return type.IsGenericParameter ? [] : type.GetGenericArguments().SelectMany(Parts).Prepend(type);
    }

    private static bool IsGenerated(MemberInfo member) =>
        member.Name.Contains('<', StringComparison.Ordinal) || member.IsDefined(typeof(CompilerGeneratedAttribute));
}
