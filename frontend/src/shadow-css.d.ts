declare module "*.shadow.css" {
  const css: string;
  export default css;
}
